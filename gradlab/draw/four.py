"""The four histograms of every layer beside each other: activations, gradients, weights, updates."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from gradlab.draw.health import COMMON, histograms
from gradlab.draw.ink import Row, Run, fit, row
from gradlab.draw.number import PENDING, sized
from gradlab.train.statistics import QUANTITIES

if TYPE_CHECKING:
    from gradlab.train.statistics import LayerStats, Summary

FIGURE = 8
WITH_FIGURE = 15
"""A column of so many cells has its std before the histogram; a narrower one has only the histogram."""
MOST = 32


def four_rows(layers: Sequence[LayerStats], width: int) -> list[Row]:
    """Return two rows of head and a row for each layer: of each quantity the std and the histogram."""
    name = max(5, min(14, max((len(layer.name) for layer in layers), default=5)))
    column = (width - name) // 4 - 1
    figure = FIGURE + 1 if column >= WITH_FIGURE else 0
    plot = max(2, min(MOST, column - figure))
    heads: list[list[Run]] = [[(fit("layer", name), "dim")], [(" " * name, "")]]
    body: list[list[Run]] = [[(fit(layer.name, name), "strong")] for layer in layers]
    for quantity in QUANTITIES:
        shown = [getattr(layer, quantity) for layer in layers]
        blocks, span = histograms(shown, quantity in COMMON, plot)
        heads[0].append((f" {fit(quantity, figure + plot)}", "dim"))
        heads[1].append((f" {'std '.rjust(figure) if figure else ''}{fit(span, plot)}", "dim"))
        for runs, summary, block in zip(body, shown, blocks, strict=True):
            runs += [(" ", ""), *_figure(summary, figure), (block, "curve")]
    return [row(*runs) for runs in (*heads, *body)]


def _figure(summary: Summary | None, width: int) -> list[Run]:
    """Return the std before a histogram, in a cell less than `width`."""
    if not width:
        return []
    if summary is None:
        return [(f"{PENDING:>{width - 1}} ", "dim")]
    return [(f"{sized(summary.std, 3):>{width - 1}} ", "" if isfinite(summary.std) else "bad")]
