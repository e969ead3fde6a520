"""What `max` and `min` over axes share: their ties share the gradient, and who ties is the branch."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import helper
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._masks import but_nan
from gradlab.ops._reduce import count, place, reduced_shape, widened, with_axes
from gradlab.ops._reduce import plan as reduced_plan
from gradlab.terms import Maker, Sends, Term


def extreme_shape(name: str, word: str) -> Any:
    """Make the shape rule, which refuses to choose among nothing."""

    def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
        out = reduced_shape(shapes, attrs)
        if count(shapes[0], attrs["axis"]) == 0:
            raise ShapeError(f"`{name}` over axis {attrs['axis']} of shape {shapes[0]}: nothing has no {word} element")
        return out

    return shape


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Return the sizes of the loops; the working memory counts the winners."""
    return replace(reduced_plan(shapes, out, attrs), scratch=prod(out))


@helper
def best(x: Array, z: Array, ties: Array, sign: float, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int) -> None:
    """Write the greatest elements into z, with a sign of -1 the smallest, and how many are as great. NaN wins."""
    for i in range(z.shape[0]):
        z[i], ties[i] = -sign * np.inf, 0.0
    at = 0
    for a in range(k0):
        for _ in range(r0):
            for c in range(k1):
                for _ in range(r1):
                    for e in range((a * k1 + c) * k2, (a * k1 + c + 1) * k2):
                        for i in range(at, at + r2):
                            if sign * x[i] > sign * z[e] or (np.isnan(x[i]) and not np.isnan(z[e])):
                                z[e], ties[e] = x[i], 1.0
                            elif x[i] == z[e] or np.isnan(x[i]):
                                ties[e] += 1.0
                        at += r2


@helper
def share(g: Array, z: Array, x: Array, dx: Array, ties: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int) -> None:
    """Add to dx, at every winner, an equal part of the gradient of what it was reduced to; to NaN, NaN."""
    at = 0
    for a in range(k0):
        for _ in range(r0):
            for c in range(k1):
                for _ in range(r1):
                    for e in range((a * k1 + c) * k2, (a * k1 + c + 1) * k2):
                        for i in range(at, at + r2):
                            if x[i] == z[e]:
                                dx[i] += g[e] / ties[e]
                            elif np.isnan(x[i]):
                                dx[i] += x[i]
                        at += r2


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
    """Return which elements win."""
    return _winners(inputs[0], z, attrs["axis"])


def share_gradient(m: Maker, g: Term, z: Term, x: Term, axis: Any) -> Sends:
    """Write down an equal part of the gradient for every winner."""
    won = m.equal(x, with_axes(m, z, x, axis))
    ties = m.sum(won, axis=axis, keepdims=True)
    return (but_nan(m, x, m.where(won, with_axes(m, g, x, axis) / ties, 0.0)),)
