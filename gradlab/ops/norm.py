"""Length of a vector, over axes: the root of the sum of squares, or with ord=1 the sum of the sizes.

    forward  z = √Σ x² (ord=2), Σ abs(x) (ord=1)
    backward dx = g · x / z (ord=2), g · sign x (ord=1)

Where the length is 0 it has a corner and no derivative: 0 is sent, one of its subgradients; with ord=1 so at every x = 0. The
norm of nothing is 0. Numbers of float32 are added up in float64, so that the whole is right to a rounding or two.

Arguments:
    axis  whole, or a list of them: the axes that are taken together, from 0, or from -1 back; None: all
    ord   1 or 2: the sum of the sizes, or the root of the sum of squares

Known as: vector_norm.
Source: Boyd & Vandenberghe, *Convex Optimization*, 2004, appendix A.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf, prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import absolute, helper, select, sqrt, wide
from gradlab.op import Array, Attrs, Curve, Example, Plan, Shape, array_op
from gradlab.ops._reduce import INTS, RANKS, add_terms, count, place, reduced_shape, room, send, widened, with_axes
from gradlab.ops._reduce import plan as reduced_plan
from gradlab.ops._torch import over_axes
from gradlab.terms import Maker, Sends, Term


@helper
def power(x: float, order: float) -> float:
    """Return what an element adds: its size, or its square."""
    return select(order == 1, absolute(x), x * x)  # type: ignore[no-any-return]


@helper
def along(slope: float, x: float, order: float) -> float:
    """Return the slope times x, or times its sign."""
    return slope * select(order == 1, np.sign(x), x)  # type: ignore[no-any-return]


def forward(x: Array, z: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, order: int, scratch: Array) -> None:
    n = z.shape[0]
    sums, orders = wide(scratch)[:n], wide(scratch)[n:]
    for i in range(n):
        orders[i] = order
    add_terms(power, x, orders, sums, k0, r0, k1, r1, k2, r2)
    for i in range(n):
        z[i] = sums[i] if order == 1 else sqrt(sums[i])


def backward(
    g: Array, z: Array, x: Array, dx: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, order: int, scratch: Array
) -> None:
    n = z.shape[0]
    slopes, orders = wide(scratch)[:n], wide(scratch)[n:]
    for i in range(n):
        slopes[i] = g[i] if order == 1 else 0.0 if z[i] == 0 else g[i] / z[i]
    send(along, slopes, x, orders, dx, k0, r0, k1, r1, k2, r2)


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: Any, ord: int, keepdims: bool) -> Sends:
    if ord == 1:
        return (with_axes(m, g, x, axis) * m.sign(x),)
    length = m.where(m.equal(z, 0.0), 1.0, z)
    return (with_axes(m, g / length, x, axis) * x,)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape that is left. Raises ShapeError."""
    if attrs["ord"] not in (1, 2) or isinstance(attrs["ord"], bool):
        raise ShapeError(f"`ord` is 1 or 2, got {attrs['ord']!r}")
    return reduced_shape(shapes, attrs)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Return the sizes of the loops, and the order; the working memory holds sums, later slopes, and the order for each."""
    reduced = reduced_plan(shapes, out, attrs)
    return replace(reduced, ints=(*reduced.ints, int(attrs["ord"])), scratch=room(2 * prod(out)))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return x over the length, or its sign."""
    x = inputs[0]
    target = place(e, x, attrs["axis"])
    value = float(x.reshape(-1)[e])
    scale = abs(value) if attrs["ord"] == 1 else float(z.reshape(-1)[target])
    return np.array([target]), np.full(1, value / scale if scale != 0 else 0.0, z.dtype)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return the signs where they make corners, else whether there is a length at all."""
    x, axis = inputs[0], attrs["axis"]
    if attrs["ord"] == 1 or count(x.shape, axis) == 1:
        return np.asarray(np.sign(x))
    return np.asarray(widened(z, x, axis) != 0)


OP = array_op(
    "norm",
    forward,
    backward,
    inputs=("x",),
    role="reduce",
    curve=Curve((0.0, inf)),
    title="length of a vector",
    symbols="norm({x})",
    attrs={"axis": None, "ord": 2, "keepdims": False},
    shape=shape,
    plan=plan,
    ranks=RANKS,
    local=local,
    ints=(*INTS, "order"),
    scratch=True,
    branch=branch,
    gradient=gradient,
    examples=(Example("norm([3, 4])", "5.0"), Example("norm([[3, -4], [0, 0]], axis=1, ord=1)", "[7.0, 0.0]")),
)
TORCH = over_axes("torch.linalg.vector_norm", "x", "ord")
