"""What ops along one axis share: an array seen as (outer, n, inner), the n elements of a line being those of the axis."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.numeric import exp, helper
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._arguments import one_axis


def same_shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x, and check that it has the axis. Raises ShapeError."""
    one_axis(attrs["axis"], shapes[0])
    return shapes[0]


def lines(shape: Shape, axis: int) -> tuple[int, int, int]:
    """Give the view (outer, n, inner) of a shape along an axis."""
    axis = one_axis(axis, shape)
    return prod(shape[:axis]), shape[axis], prod(shape[axis + 1 :])


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See x and z as lines."""
    view = lines(shapes[0], attrs["axis"])
    return Plan((view, view))


def line_of(e: int, shape: Shape, axis: int) -> tuple[Array, int]:
    """Give the flat positions of the line that element e lies in, and its place there."""
    outer, n, inner = lines(shape, axis)
    a, i, b = (int(q) for q in np.unravel_index(e, (outer, n, inner)))
    return (a * n + np.arange(n)) * inner + b, i


@helper
def peak(row: Array) -> float:
    """Give the greatest element of a line; NaN if there is one; of an empty line -inf."""
    high = -np.inf
    for i in range(row.shape[0]):
        if not row[i] <= high:
            high = row[i]
    return high


@helper
def exponentials(x: Array, z: Array, high: float) -> float:
    """Write exp(x - high) of a line into z, and give their sum."""
    s = 0.0
    for i in range(x.shape[0]):
        z[i] = exp(x[i] - high)
        s += z[i]
    return s
