"""Logarithm of the sum of exponentials along an axis, without overflow: a maximum with round corners.

    forward  z = log Σ e ** x
    backward dx = g · softmax(x)

axis: one axis; keepdims leaves it with size 1. The sum of nothing is 0, its logarithm -inf.
Known as: reduce_logsumexp.
Source: Blanchard, Higham & Higham, *Accurately computing the log-sum-exp and softmax functions*, IMA J. Numer. Anal. 41, 2021.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.numeric import exp, log
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import exponentials, lines, shifted
from gradlab.ops._arguments import one_axis
from gradlab.ops._reduce import place, reduced_shape


def forward(x: Array, z: Array, scratch: Array) -> None:
    for a in range(x.shape[0]):
        for b in range(x.shape[2]):
            high = shifted(x, a, b, scratch)
            z[a, b] = high if np.isinf(high) else high + log(exponentials(scratch))


def backward(g: Array, z: Array, x: Array, dx: Array, scratch: Array) -> None:
    for a in range(x.shape[0]):
        for i in range(x.shape[1]):
            for b in range(x.shape[2]):
                dx[a, i, b] += g[a, b] * exp(x[a, i, b] - z[a, b])


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape without the axis."""
    one_axis(attrs["axis"], shapes[0])
    return reduced_shape(shapes, attrs)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See x as lines, each of which becomes one element of z; the working memory holds one line."""
    outer, n, inner = lines(shapes[0], attrs["axis"])
    assert outer * inner == prod(out)
    return Plan(((outer, n, inner), (outer, inner)), scratch=n)


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
    shape=shape,
    plan=plan,
    ranks=(3, 2),
    local=local,
    scratch=True,
    examples=(Example("logsumexp([0, 0])", "0.693147"), Example("logsumexp([1000, 1000])", "1000.69")),
)
