"""What argmax and argmin share: the place of the best element of a line, as a number to which no gradient flows."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import helper
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._along import lines
from gradlab.ops._arguments import one_axis
from gradlab.ops._reduce import count, reduced_shape


def winner_shape(name: str, word: str) -> Callable[[tuple[Shape, ...], dict[str, Any]], Shape]:
    """Make the shape rule: one axis or all of them, and something to choose from."""

    def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
        if attrs["axis"] is not None:
            one_axis(attrs["axis"], shapes[0])
        if count(shapes[0], attrs["axis"]) == 0:
            raise ShapeError(f"`{name}` over axis {attrs['axis']} of shape {shapes[0]}: nothing has no {word} element")
        return reduced_shape(shapes, attrs)

    return shape


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See x as lines, all of it as one line without an axis, and z as one number a line."""
    axis = attrs["axis"]
    outer, n, inner = (1, prod(shapes[0]), 1) if axis is None else lines(shapes[0], axis)
    return Plan(((outer, n, inner), (outer, inner)))


@helper
def place_of_best(x: Array, z: Array, sign: float) -> None:
    """Write where the greatest element of each line is, with a sign of -1 the smallest. The first wins; NaN wins over all."""
    for a in range(x.shape[0]):
        for b in range(x.shape[2]):
            at = 0
            for i in range(1, x.shape[1]):
                best, here = sign * x[a, at, b], sign * x[a, i, b]
                if here > best or (np.isnan(here) and not np.isnan(best)):
                    at = i
            z[a, b] = at


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Nothing flows."""
    return np.zeros(0, np.int64), np.zeros(0, z.dtype)
