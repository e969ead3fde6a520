"""A histogram in one row of eighth blocks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_HEIGHTS = " ▁▂▃▄▅▆▇█"


def rebin(counts: Sequence[float], width: int) -> list[float]:
    """Return the counts as `width` counts over the same range; a count that falls into two cells is divided between them."""
    total = np.concatenate([[0.0], np.cumsum(np.asarray(counts, dtype=np.float64))])
    edges = np.interp(np.linspace(0, len(counts), width + 1), np.arange(len(counts) + 1), total)
    return [float(value) for value in np.diff(edges)]


def histogram(counts: Sequence[float], width: int) -> str:
    """Return counts as `width` blocks; the highest fills its cell, and none that counts something is left blank."""
    if len(counts) == 0 or width <= 0:
        return " " * max(width, 0)
    cells = rebin(counts, width)
    top = max(cells)
    if not top > 0:
        return " " * width
    return "".join(" " if cell <= 0 else _HEIGHTS[max(1, min(8, round(8 * cell / top)))] for cell in cells)


def onto(counts: Sequence[float], edges: Sequence[float], low: float, high: float, width: int) -> list[float]:
    """Return the counts of a histogram with its own edges as `width` counts between `low` and `high`: a common scale."""
    if len(counts) == 0 or not high > low:
        return [0.0] * width
    total = np.concatenate([[0.0], np.cumsum(np.asarray(counts, dtype=np.float64))])
    at = np.interp(np.linspace(low, high, width + 1), np.asarray(edges, dtype=np.float64), total)
    at[0], at[-1] = 0.0, total[-1]
    return [float(value) for value in np.diff(at)]
