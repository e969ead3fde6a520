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
def wins(element: float, best: float) -> bool:
    """Tell whether an element is the best of those it was reduced with; NaN always is."""
    return bool(element == best or np.isnan(element))


@helper
def ties(x: Array, a: int, c: int, e: int, best: float) -> int:
    """Count the winners among the elements of the six-group view x that were reduced to one."""
    number = 0
    for b in range(x.shape[1]):
        for d in range(x.shape[3]):
            row = x[a, b, c, d, e]
            for f in range(row.shape[0]):
                if wins(row[f], best):
                    number += 1
    return number


@helper
def share(g: Array, z: Array, x: Array, dx: Array) -> None:
    """Add to dx, at every winner, an equal part of the gradient of what it was reduced to."""
    for a in range(x.shape[0]):
        for c in range(x.shape[2]):
            for e in range(x.shape[4]):
                best = z[a, c, e]
                part = g[a, c, e] / ties(x, a, c, e, best)
                for b in range(x.shape[1]):
                    for d in range(x.shape[3]):
                        row, out = x[a, b, c, d, e], dx[a, b, c, d, e]
                        for f in range(row.shape[0]):
                            if wins(row[f], best):
                                out[f] += part


def _winners(x: Array, z: Array, axis: Any) -> Array:
    return np.asarray((x == widened(z, x, axis)) | np.isnan(x))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """A winner moves what it was reduced to by 1 / ties, everything else by 0."""
    x, axis = inputs[0], attrs["axis"]
    target = place(e, x, axis)
    won = _winners(x, z, axis)
    mine = np.array([place(int(i), x, axis) == target for i in np.flatnonzero(won)])
    slope = 1.0 / np.sum(mine) if won.reshape(-1)[e] else 0.0
    return np.array([target]), np.full(1, slope, z.dtype)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Give which elements win."""
    return _winners(inputs[0], z, attrs["axis"])
