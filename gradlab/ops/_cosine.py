"""The cosine of the angle between two lines, for the similarity and the loss."""

from __future__ import annotations

from gradlab.numeric import ZERO, helper, sqrt
from gradlab.op import Array
from gradlab.terms import Maker, Term


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


def turned(m: Maker, g: Term, x: Term, y: Term, axis: int) -> Term:
    """Return what the cosine of x and y along an axis sends to x. g: with that axis, of size 1."""
    over_x, over_y = (_over_length(m, part, axis) for part in (x, y))
    cosine = m.sum(x * y, axis=axis, keepdims=True) * over_x * over_y
    return g * (y * over_y - cosine * x * over_x) * over_x  # type: ignore[no-any-return]


def _over_length(m: Maker, x: Term, axis: int) -> Term:
    squares = m.sum(m.square(x), axis=axis, keepdims=True)
    none = m.equal(squares, 0.0)
    return m.where(none, 0.0, 1.0 / m.sqrt(m.where(none, 1.0, squares)))  # type: ignore[no-any-return]
