"""Parameters as a person reads them."""

from __future__ import annotations

from collections.abc import Sequence

from gradlab.graph.graph import Graph

NAMED = 4


def named(graph: Graph, params: Sequence[int]) -> str:
    """Return the names of the first few parameters, and how many more there are."""
    names = ", ".join(f"`{graph.nodes[p].name}`" for p in params[:NAMED])
    return names + (f" and {len(params) - NAMED} more" if len(params) > NAMED else "")


def share(graph: Graph, params: Sequence[int], of: Sequence[int]) -> str:
    """Return how many numbers some parameters have, of those of others."""
    part, whole = (sum(graph.nodes[p].size for p in some) for some in (params, of))
    return f"{part:,} of {whole:,} numbers"
