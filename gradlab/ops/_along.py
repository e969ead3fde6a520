"""What ops along one axis share: an array seen as (outer, n, inner), the n elements of a line being those of the axis."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.numeric import exp, helper, total
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._arguments import one_axis


def same_shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x, and check that it has the axis. Raises ShapeError."""
    one_axis(attrs["axis"], shapes[0])
    return shapes[0]


def lines(shape: Shape, axis: int) -> tuple[int, int, int]:
    """Return the view (outer, n, inner) of a shape along an axis."""
    axis = one_axis(axis, shape)
    return prod(shape[:axis]), shape[axis], prod(shape[axis + 1 :])


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See x and z as lines; the working memory holds one."""
    view = lines(shapes[0], attrs["axis"])
    return Plan((view, view), scratch=view[1])


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
def shifted(x: Array, a: int, b: int, line: Array) -> float:
    """Copy a line of x less its greatest element, which is given."""
    high = -np.inf
    for i in range(x.shape[1]):
        if not x[a, i, b] <= high:
            high = x[a, i, b]
    for i in range(x.shape[1]):
        line[i] = x[a, i, b] - high
    return float(high)
