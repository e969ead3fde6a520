"""Product over axes: every factor gets the gradient times the product of all the others, which is also right with zeros.

    forward  z = Π x
    backward dx = g · Π of the others

The product of nothing is 1.

Arguments:
    axis  whole, or a list of them: the axes that are taken together, from 0, or from -1 back; None: all

Known as: reduce_prod.
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008, ch. 3.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from gradlab.numeric import helper, summing
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import many_axes
from gradlab.ops._reduce import INTS, RANKS, diagonal, place, reduced_shape, with_axes
from gradlab.ops._reduce import plan as reduced_plan
from gradlab.ops._torch import over_axes
from gradlab.terms import Maker, Sends, Term


@helper
@summing
def product(x: Array) -> float:
    """Return the product of a line, in float64."""
    p = np.float64(1.0)
    for i in range(x.shape[0]):
        p *= x[i]
    return p


def forward(x: Array, z: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, scratch: Array) -> None:
    for i in range(z.shape[0]):
        z[i] = 1.0
    for row in range(k0 * r0 * k1 * r1):
        block, at = row // r1, row * k2 * r2
        c = (block // (r0 * k1) * k1 + block % k1) * k2
        line, out = x[at : at + k2 * r2], z[c : c + k2]
        for e in range(k2 if r2 == 1 else 0):
            out[e] *= line[e]
        for e in range(k2 if r2 > 1 else 0):
            out[e] *= product(line[e * r2 : (e + 1) * r2])


@helper
def products_before(x: Array, before: Array, under_way: Array, k1: int, r0: int, r1: int, k2: int, r2: int) -> None:
    """Write the product of what stands before each element; under_way begins with ones."""
    for at in range(0, x.shape[0], max(1, r2)):
        row = at // (k2 * r2)
        block, e = row // r1, at // r2 % k2
        c = (block // (r0 * k1) * k1 + block % k1) * k2 + e
        p = under_way[c]
        for i in range(at, at + r2):
            before[i] = p
            p *= x[i]
        under_way[c] = p


def backward(
    g: Array, z: Array, x: Array, dx: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, scratch: Array
) -> None:
    behind = scratch[x.shape[0] :]
    for i in range(z.shape[0]):
        behind[i] = 1.0
    products_before(x, scratch, behind, k1, r0, r1, k2, r2)
    for i in range(z.shape[0]):
        behind[i] = 1.0
    for row in range(k0 * r0 * k1 * r1 - 1, -1, -1):
        block = row // r1
        c = (block // (r0 * k1) * k1 + block % k1) * k2
        for e in range(k2 - 1, -1, -1):
            p, at = behind[c + e], (row * k2 + e) * r2
            for i in range(at + r2 - 1, at - 1, -1):
                dx[i] += g[c + e] * scratch[i] * p
                p *= x[i]
            behind[c + e] = p


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
TORCH = over_axes("x.prod", several=False)
