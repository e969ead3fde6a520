"""Plots, one kind a file: what it asks of the laboratory, and its rows of glyphs. `PLOTS` has them by name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradlab.draw.plots._open import OpenPlot, OpenPlots, drawn, text_rows
from gradlab.draw.plots._plot import NOWHERE, Blank, Ink, Paper, Picture, Place, Plot, Spot, plot_kind
from gradlab.lab.snapshot import NodeInfo
from gradlab.registry import Registry, collect, rooms

__all__ = [
    "NOWHERE",
    "PLOTS",
    "Blank",
    "Ink",
    "OpenPlot",
    "OpenPlots",
    "Paper",
    "Picture",
    "Place",
    "Plot",
    "Spot",
    "drawn",
    "kinds_for",
    "plot_kind",
    "plot_words",
    "text_rows",
]

PLOTS: Registry[Plot] = collect(lambda: rooms("plots"), "PLOT")


def plot_words(line: str) -> tuple[str, ...]:
    """Return the words that may stand in a line behind `plot`: the kinds, and behind a kind the words of its arguments."""
    kind = PLOTS.find(line.partition(" ")[0]) if " " in line else None
    return (*PLOTS, "close") if kind is None else tuple(dict.fromkeys(re.findall(r"\b[a-z]{3,}\b", kind.usage)))


def kinds_for(nodes: Sequence[NodeInfo], node: NodeInfo) -> tuple[str, ...]:
    """Return the action lines of the plots that fit a node, the one that fits best first."""
    found = ((one.fits(nodes, node), place) for place, one in enumerate(PLOTS.values()))
    ranked = sorted((fit[0], place, fit[1]) for fit, place in found if fit is not None)
    return tuple(f"plot {line}" for _, _, line in ranked)
