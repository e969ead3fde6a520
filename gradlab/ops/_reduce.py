"""What the reductions share: an array seen as (kept, reduced, kept, reduced, kept, reduced), and loops over it."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import helper, total
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._arguments import flag, many_axes

RANKS = (6, 3)


def reduced_shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Give the shape that is left when the axes of `axis` are reduced. Raises ShapeError."""
    axes = many_axes(attrs["axis"], shapes[0])
    _groups(shapes[0], axes)
    if flag(attrs, "keepdims"):
        return tuple(1 if i in axes else n for i, n in enumerate(shapes[0]))
    return tuple(n for i, n in enumerate(shapes[0]) if i not in axes)


def _groups(shape: Shape, axes: tuple[int, ...]) -> Shape:
    """Give six sizes: neighbours of one kind in one group, kept and reduced ones in turn, a kept one first."""
    sizes: list[int] = [1]
    for i, n in enumerate(shape):
        if n == 1:
            continue
        if (i in axes) == (len(sizes) % 2 == 0):
            sizes[-1] *= n
        else:
            sizes.append(n)
    if len(sizes) > 6:
        raise ShapeError(f"axes {axes} of shape {shape} alternate with too many others: reduce some of them first")
    return tuple(sizes + [1] * (6 - len(sizes)))


def count(shape: Shape, axis: Any) -> int:
    """Give how many elements are reduced to one."""
    return prod(shape[i] for i in many_axes(axis, shape))


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See x in six groups of axes and z in the three that are kept."""
    view = _groups(shapes[0], many_axes(attrs["axis"], shapes[0]))
    return Plan((view, view[::2]))


def counted_plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Give the plan with one further number: how many elements are reduced to one."""
    return Plan(plan(shapes, out, attrs).views, floats=(float(count(shapes[0], attrs["axis"])),))


@helper
def add_up(x: Array, z: Array) -> None:
    """Write the sums of the six-group view x into z."""
    z[:, :, :] = 0
    for a in range(x.shape[0]):
        for b in range(x.shape[1]):
            for c in range(x.shape[2]):
                for d in range(x.shape[3]):
                    for e in range(x.shape[4]):
                        z[a, c, e] += total(x[a, b, c, d, e])


@helper
def spread(g: Array, dx: Array, scale: float) -> None:
    """Add scale · g to every element of dx that was summed into it."""
    for a in range(dx.shape[0]):
        for b in range(dx.shape[1]):
            for c in range(dx.shape[2]):
                for d in range(dx.shape[3]):
                    for e in range(dx.shape[4]):
                        part = scale * g[a, c, e]
                        row = dx[a, b, c, d, e]
                        for f in range(row.shape[0]):
                            row[f] += part


def place(e: int, x: Array, axis: Any) -> int:
    """Give the flat position in z that element e of x is reduced to."""
    axes = many_axes(axis, x.shape)
    index = np.unravel_index(e, x.shape) if x.ndim else ()
    kept = [(int(index[i]), n) for i, n in enumerate(x.shape) if i not in axes]
    return int(np.ravel_multi_index([i for i, _ in kept], [n for _, n in kept])) if kept else 0


def widened(z: Array, x: Array, axis: Any) -> Array:
    """Give z with the reduced axes put back, so that it broadcasts to x."""
    axes = many_axes(axis, x.shape)
    return z.reshape(tuple(1 if i in axes else n for i, n in enumerate(x.shape)))
