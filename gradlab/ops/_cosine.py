"""The cosine of the angle between two lines, for the similarity and the loss."""

from __future__ import annotations

from gradlab.numeric import ZERO, helper, sqrt
from gradlab.op import Array


@helper
def products(x: Array, y: Array, a: int, b: int) -> tuple[float, float, float]:
    """Return x · y, and one over the lengths of x and y; 0 in place of one over nothing."""
    xy, xx, yy = ZERO, ZERO, ZERO
    for i in range(x.shape[1]):
        xy += x[a, i, b] * y[a, i, b]
        xx += x[a, i, b] * x[a, i, b]
        yy += y[a, i, b] * y[a, i, b]
    return xy, 0.0 if xx == 0 else 1.0 / sqrt(xx), 0.0 if yy == 0 else 1.0 / sqrt(yy)


@helper
def turn(x: float, y: float, xy: float, over_x: float, over_y: float) -> float:
    """Return how the cosine changes with one number x, beside y in the other line."""
    return (y - xy * over_x * over_x * x) * over_x * over_y
