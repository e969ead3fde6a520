"""A line of numbers as blocks, one row or several rows high."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

_HEIGHTS = " ▁▂▃▄▅▆▇█"
BEYOND = "×"
"""What stands for a number that is not finite."""


def spark(values: Sequence[float], low: float, high: float, height: int = 1) -> list[str]:
    """Return `height` rows, from the top, with a cell for each value; `low` is an eighth of a cell, `high` a full column.

    What is not finite is a `×` at the foot. Where low is not below high, finite values are all half as high as the rows.
    """
    tops = [_eighths(value, low, high, height) for value in values]
    return ["".join(_cell(top, r) for top in tops) for r in reversed(range(height))]


def _eighths(value: float, low: float, high: float, height: int) -> int:
    """Return how high a column is, -1 for what is not finite."""
    if not isfinite(value):
        return -1
    share = min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.5
    return 1 + round(share * (8 * height - 1))


def _cell(top: int, r: int) -> str:
    """Return the cell of a column in the r-th row from below."""
    if top < 0:
        return BEYOND if r == 0 else " "
    return _HEIGHTS[min(8, max(0, top - 8 * r))]
