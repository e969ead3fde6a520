"""What `max` and `min` over axes share: their ties share the gradient, and who ties is the branch."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import helper
from gradlab.op import Array, Attrs, Shape
from gradlab.ops._reduce import count, place, reduced_shape, widened


def extreme_shape(name: str, word: str) -> Any:
    """Make the shape rule, which refuses to choose among nothing."""

    def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
        out = reduced_shape(shapes, attrs)
        if count(shapes[0], attrs["axis"]) == 0:
            raise ShapeError(f"`{name}` over axis {attrs['axis']} of shape {shapes[0]}: nothing has no {word} element")
        return out

    return shape


@helper
def share(g: Array, z: Array, x: Array, dx: Array) -> None:
    """Add to dx an equal part of g at every element of the six-group view x that is the z it was reduced to, or is NaN."""
    for a in range(x.shape[0]):
        for c in range(x.shape[2]):
            for e in range(x.shape[4]):
                best, ties = z[a, c, e], 0
                for b in range(x.shape[1]):
                    for d in range(x.shape[3]):
                        row = x[a, b, c, d, e]
                        for f in range(row.shape[0]):
                            if row[f] == best or row[f] != row[f]:
                                ties += 1
                part = g[a, c, e] / ties
                for b in range(x.shape[1]):
                    for d in range(x.shape[3]):
                        row, out = x[a, b, c, d, e], dx[a, b, c, d, e]
                        for f in range(row.shape[0]):
                            if row[f] == best or row[f] != row[f]:
                                out[f] += part


def _winners(x: Array, z: Array, axis: Any) -> Array:
    return np.asarray((x == widened(z, x, axis)) | (x != x))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """A winner moves what it was reduced to by 1 / ties, everything else by 0."""
    x, axis = inputs[0], attrs["axis"]
    target = place(e, x, axis)
    won = _winners(x, z, axis)
    mine = np.array([place(i, x, axis) == target for i in np.flatnonzero(won)])
    slope = 1.0 / np.sum(mine) if won.reshape(-1)[e] else 0.0
    return np.array([target]), np.full(1, slope, z.dtype)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Give which elements win."""
    return _winners(inputs[0], z, attrs["axis"])
