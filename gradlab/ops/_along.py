"""What ops along one axis share: an array seen as (outer, n, inner), the n elements of a line being those of the axis."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.numeric import exp, greater, greatest, helper, total
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._arguments import one_axis

COLUMNS = 512
"""Lines beside one another that are taken at once, at most."""


def same_shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x, and check that it has the axis. Raises ShapeError."""
    one_axis(attrs["axis"], shapes[0])
    return shapes[0]


def lines(shape: Shape, axis: int) -> tuple[int, int, int]:
    """Return the view (outer, n, inner) of a shape along an axis."""
    axis = one_axis(axis, shape)
    return prod(shape[:axis]), shape[axis], prod(shape[axis + 1 :])


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See x and z as lines; the working memory holds a number and a sum for each of those that are taken at once."""
    view = lines(shapes[0], attrs["axis"])
    return Plan((view, view), scratch=max(8, 4 * min(view[2], COLUMNS)))


def line_of(e: int, shape: Shape, axis: int) -> tuple[Array, int]:
    """Return the flat positions of the line that element e lies in, and its place there."""
    outer, n, inner = lines(shape, axis)
    a, i, b = (int(q) for q in np.unravel_index(e, (outer, n, inner)))
    return (a * n + np.arange(n)) * inner + b, i


@helper
def exponentials(line: Array) -> float:
    """Replace a line of numbers, none above 0, by their exponentials, and return the sum.

    Two loops over contiguous memory: one alone would wait for every addition (10 ns an element instead of 2).
    """
    for i in range(line.shape[0]):
        line[i] = exp(line[i])
    return float(total(line))


@helper
def block(x: Array) -> int:
    """Return how many lines beside one another are taken at once: so many that what they read stays in the cache."""
    most = max(16, min(COLUMNS, 16384 // max(1, x.shape[1])))
    return int(max(1, min(x.shape[2], most)))


@helper
def lines_at_once(n: int) -> int:
    """Return how many contiguous lines are taken at once: short ones are no vector."""
    return max(1, 1024 // max(1, n))


@helper
def shift_lines(x: Array, z: Array, n: int) -> None:
    """Write contiguous lines of n less the greatest element of each; where one is NaN, the line is."""
    for at in range(0, x.shape[0], n):
        line, out = x[at : at + n], z[at : at + n]
        high = greatest(line)
        for i in range(n):
            out[i] = line[i] - high


@helper
def shift_columns(x: Array, z: Array, highs: Array, a: int, b: int) -> None:
    """Write lines beside one another, from the b-th on, less the greatest element of each, which highs gets."""
    width = highs.shape[0]
    for c in range(width):
        highs[c] = -np.inf
    for i in range(x.shape[1]):
        row = x[a, i, b : b + width]
        for c in range(width):
            highs[c] = greater(highs[c], row[c])
    for i in range(x.shape[1]):
        row, out = x[a, i, b : b + width], z[a, i, b : b + width]
        for c in range(width):
            out[c] = row[c] - highs[c]


@helper
def shifted(x: Array, line: Array) -> float:
    """Copy a line less its greatest element, which is given; where an element is NaN, all are."""
    high = greatest(x)
    for i in range(x.shape[0]):
        line[i] = x[i] - high
    return high  # type: ignore[no-any-return]
