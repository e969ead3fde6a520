"""Heat: how large a number is, as one of nine roles, and maps of a whole tensor in half blocks.

Colour is the only carrier here: where there is none, `gradlab.draw.ramp` draws the same numbers.
"""

from __future__ import annotations

from math import isnan

import numpy as np
import numpy.typing as npt

from gradlab.draw.ink import Row, merge
from gradlab.draw.ramp import largest

Matrix = npt.NDArray[np.float64]
LEVELS = 4


def level(value: float, top: float) -> int:
    """Return how large a value is beside the largest size: -4 … 4, with the sign of the value; 0 for 0 and for NaN."""
    if isnan(value) or value == 0 or not top > 0:
        return 0
    size = 1 + min(LEVELS - 1, int(LEVELS * min(abs(value) / top, 1.0)))
    return size if value > 0 else -size


def role(steps: int) -> str:
    """Return the role of a level: "heat+3", "heat-1", "heat0"."""
    return f"heat{steps:+d}" if steps else "heat0"


def half_blocks(values: Matrix) -> list[Row]:
    """Return a matrix as half blocks, two rows of numbers in one row of cells; the role of a cell is "heat upper/lower".

    NaN and infinite values have a level of their own, "bad".
    """
    top = largest(values)
    rows = []
    for r in range(0, values.shape[0], 2):
        upper = [_name(v, top) for v in values[r]]
        lower = [_name(v, top) for v in values[r + 1]] if r + 1 < values.shape[0] else ["none"] * values.shape[1]
        rows.append(merge([("▀", f"map {u} {low}") for u, low in zip(upper, lower, strict=True)]))
    return rows


def _name(value: float, top: float) -> str:
    """Return the level's name within a map: "+3", "-1", "0", "bad"."""
    if not np.isfinite(value):
        return "bad"
    steps = level(float(value), top)
    return f"{steps:+d}" if steps else "0"
