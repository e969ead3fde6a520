"""What `max` and `min` over axes share: their ties share the gradient, and who ties is the branch."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import compiled_for, greater, helper, isnan, select, summing
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._masks import but_nan
from gradlab.ops._reduce import add_terms, count, place, reduced_shape, room, send, widened, with_axes
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
    return replace(reduced_plan(shapes, out, attrs), scratch=room(prod(out)))


def best(x: Array, z: Array, sign: float, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int) -> None:
    """Write the greatest elements into z, with a sign of -1 the smallest. NaN wins."""
    z[...] = sign * np.max(sign * x.reshape(k0, r0, k1, r1, k2, r2), axis=(1, 3, 5), initial=-np.inf).reshape(-1)


@compiled_for(best)
@summing
def _best(x: Array, z: Array, sign: float, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int) -> None:
    one = z.dtype.type(sign)
    for i in range(z.shape[0]):
        z[i] = -np.inf
    for row in range(k0 * r0 * k1 * r1):
        block, at = row // r1, row * k2 * r2
        c = (block // (r0 * k1) * k1 + block % k1) * k2
        line, out = x[at : at + k2 * r2], z[c : c + k2]
        for e in range(k2 if r2 == 1 else 0):
            out[e] = greater(out[e], one * line[e])
        for e in range(k2 if r2 > 1 else 0):
            part, high = line[e * r2 : (e + 1) * r2], out[e]
            for i in range(r2):
                high = greater(high, one * part[i])
            out[e] = high
    for i in range(z.shape[0]):
        z[i] *= one


@helper
def wins(x: float, z: float) -> float:
    """Return 1 for an element that is what was chosen, else 0. NaN is no number and equals nothing: it shares nothing."""
    return select(x == z, 1.0, 0.0)  # type: ignore[no-any-return]


@helper
def won(slope: float, x: float, z: float) -> float:
    """Return the slope for a winner, NaN for NaN, else 0."""
    return select(x == z, slope, select(isnan(x), x, 0.0))  # type: ignore[no-any-return]


@helper
def share(
    g: Array, z: Array, x: Array, dx: Array, ties: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int
) -> None:  # fmt: skip
    """Add to dx, at every winner, an equal part of the gradient of what it was reduced to; to NaN, NaN."""
    add_terms(wins, x, z, ties, k0, r0, k1, r1, k2, r2)
    for i in range(z.shape[0]):
        ties[i] = g[i] / max(ties[i], 1.0)
    send(won, ties, x, z, dx, k0, r0, k1, r1, k2, r2)


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
