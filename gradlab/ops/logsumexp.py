"""Logarithm of the sum of exponentials over axes, without overflow: a maximum with round corners.

    forward  z = log Σ e ** x
    backward dx = g · softmax(x)

The sum of nothing is 0, its logarithm -inf.

Arguments:
    axis  whole, or a list of them: the axes that are taken together, from 0, or from -1 back; None: all

Known as: reduce_logsumexp.
Source: Blanchard, Higham & Higham, *Accurately computing the log-sum-exp and softmax functions*, IMA J. Numer. Anal. 41, 2021.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradlab.numeric import exp, greatest, helper, log
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import exponentials
from gradlab.ops._reduce import INTS, RANKS, count, place, reduced_shape, send, with_axes
from gradlab.ops._reduce import plan as reduced_plan
from gradlab.ops._torch import over_axes
from gradlab.terms import Maker, Sends, Term


@helper
def collect(x: Array, line: Array, a: int, c: int, e: int, r0: int, k1: int, r1: int, k2: int, r2: int) -> float:
    """Copy what is summed to one element of z, less the greatest of it, which is given."""
    at = 0
    for b in range(r0):
        for d in range(r1):
            start = ((((a * r0 + b) * k1 + c) * r1 + d) * k2 + e) * r2
            for f in range(r2):
                line[at] = x[start + f]
                at += 1
    high = greatest(line[:at])
    for i in range(at):
        line[i] -= high
    return float(high)


@helper
def weighted(g: float, x: float, z: float) -> float:
    """Return g times the probability of an element."""
    return g * exp(x - z)  # type: ignore[no-any-return]


def forward(x: Array, z: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, scratch: Array) -> None:
    at = 0
    for a in range(k0):
        for c in range(k1):
            for e in range(k2):
                high = collect(x, scratch, a, c, e, r0, k1, r1, k2, r2)
                z[at] = high if np.isinf(high) else high + log(exponentials(scratch))
                at += 1


def backward(
    g: Array, z: Array, x: Array, dx: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, scratch: Array
) -> None:
    send(weighted, g, x, z, dx, k0, r0, k1, r1, k2, r2)


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: int, keepdims: bool) -> Sends:
    return (with_axes(m, g, x, axis) * m.exp(x - with_axes(m, z, x, axis)),)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Return the sizes of the loops; the working memory holds what is summed to one element."""
    return replace(reduced_plan(shapes, out, attrs), scratch=count(shapes[0], attrs["axis"]))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return the softmax of the element."""
    x, axis = inputs[0], attrs["axis"]
    target = place(e, x, axis)
    return np.array([target]), np.full(1, exp(x.reshape(-1)[e] - z.reshape(-1)[target]), z.dtype)


OP = array_op(
    "logsumexp",
    forward,
    backward,
    inputs=("x",),
    role="reduce",
    title="logarithm of the sum of exponentials",
    symbols="logsumexp({x})",
    attrs={"axis": -1, "keepdims": False},
    shape=reduced_shape,
    plan=plan,
    ranks=RANKS,
    local=local,
    ints=INTS,
    scratch=True,
    gradient=gradient,
    examples=(
        Example("logsumexp([0, 0])", "0.693147"),
        Example("logsumexp([[1000, 1000], [1000, 1000]], axis=(0, 1))", "1001.39"),
    ),
)
TORCH = over_axes("x.logsumexp", needs=True)
