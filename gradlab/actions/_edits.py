"""What is said of an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.axis.refresh import NAMED

if TYPE_CHECKING:
    from gradlab.lab.core import Core


def stale_part(core: Core) -> str:
    """Return what has become stale, as the end of a line."""
    nodes = core.graph.nodes
    names = [nodes[i].name for i in core.run.stale.nonzero()[0]]
    names += [f"grad({nodes[i].name})" for i in core.run.stale_grads.nonzero()[0]]
    return f"; stale: {listed(names)}" if names else ""


def listed(names: list[str]) -> str:
    """Return the first names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"
