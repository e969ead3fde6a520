"""Product over axes: every factor gets the gradient times the product of all the others, which is also right with zeros.

    forward  z = Π x
    backward dx = g · Π of the others

axis: one axis, several, or None for all; keepdims leaves them with size 1. The product of nothing is 1.
Known as: reduce_prod.
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008, ch. 3.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import many_axes
from gradlab.ops._reduce import INTS, RANKS, diagonal, place, reduced_shape, with_axes
from gradlab.ops._reduce import plan as reduced_plan
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, scratch: Array) -> None:
    for i in range(z.shape[0]):
        z[i] = 1.0
    at = 0
    for a in range(k0):
        for _ in range(r0):
            for c in range(k1):
                for _ in range(r1):
                    for e in range((a * k1 + c) * k2, (a * k1 + c + 1) * k2):
                        for i in range(at, at + r2):
                            scratch[i] = z[e]
                            z[e] *= x[i]
                        at += r2


def backward(
    g: Array, z: Array, x: Array, dx: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, scratch: Array
) -> None:
    behind = scratch[x.shape[0] :]
    for i in range(z.shape[0]):
        behind[i] = 1.0
    at = x.shape[0]
    for a in range(k0 - 1, -1, -1):
        for _ in range(r0):
            for c in range(k1 - 1, -1, -1):
                for _ in range(r1):
                    for e in range((a * k1 + c + 1) * k2 - 1, (a * k1 + c) * k2 - 1, -1):
                        at -= r2
                        for i in range(at + r2 - 1, at - 1, -1):
                            dx[i] += g[e] * scratch[i] * behind[e]
                            behind[e] *= x[i]


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: Any, keepdims: bool) -> Sends:
    axes = many_axes(axis, x.shape)
    kept = [i for i in range(x.rank) if i not in axes]
    rows, n = prod(x.shape[i] for i in kept), prod(x.shape[i] for i in axes)
    order = (*kept, *axes)
    table = m.reshape(m.transpose(x, axes=order), shape=(rows, 1, n))
    others = m.prod(m.where(diagonal(m, n), 1.0, m.expand(table, shape=(rows, n, n))), axis=2)
    back = m.reshape(others, shape=tuple(x.shape[i] for i in order))
    return (with_axes(m, g, x, axis) * m.transpose(back, axes=tuple(order.index(i) for i in range(x.rank))),)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Return the sizes of the loops; the working memory holds the products before each factor, and of what is behind."""
    return replace(reduced_plan(shapes, out, attrs), scratch=prod(shapes[0]) + prod(out))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return the product of the others."""
    others = inputs[0].copy()
    others.reshape(-1)[e] = 1.0
    target = place(e, others, attrs["axis"])
    rest = np.prod(others, axis=many_axes(attrs["axis"], others.shape)).reshape(-1)[target]
    return np.array([target]), np.full(1, rest, z.dtype)


OP = array_op(
    "prod",
    forward,
    backward,
    inputs=("x",),
    role="reduce",
    title="product over axes",
    symbols="prod({x})",
    attrs={"axis": None, "keepdims": False},
    shape=reduced_shape,
    plan=plan,
    ranks=RANKS,
    local=local,
    ints=INTS,
    scratch=True,
    gradient=gradient,
    examples=(Example("prod([2, 3, 4])", "24.0"), Example("prod([[1, 2], [3, 4]], axis=0)", "[3.0, 8.0]")),
)
