"""Dot product of vectors, which lie along the last axis: two lists of numbers give one, two tables one number a row.

    forward  z = Σ x · y
    backward dx = g · y,  dy = g · x

x, y: (…, n)   z: (…)
Numbers of float32 are added up in float64, so that the whole is right to a rounding or two.
Known as: inner.
Source: Magnus & Neudecker, *Matrix Differential Calculus*, 1999.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import ZERO, summing
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.terms import Maker, Sends, Term


@summing
def forward(x: Array, y: Array, z: Array) -> None:
    for a in range(x.shape[0]):
        s = ZERO
        for i in range(x.shape[1]):
            s += x[a, i] * y[a, i]
        z[a] = s


def backward(g: Array, z: Array, x: Array, y: Array, dx: Array, dy: Array) -> None:
    for a in range(x.shape[0]):
        for i in range(x.shape[1]):
            dx[a, i] += g[a] * y[a, i]
            dy[a, i] += g[a] * x[a, i]


def gradient(m: Maker, g: Term, z: Term, x: Term, y: Term) -> Sends:
    g = m.reshape(g, shape=(*g.shape, 1))
    return g * y, g * x


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape without the last axis."""
    x, y = shapes
    if x != y or not x:
        raise ShapeError(f"`vecdot` takes vectors along the last axis, equally many and equally long, got shapes {x} and {y}")
    return x[:-1]


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See one row a vector."""
    view = (prod(out), shapes[0][-1])
    return Plan((view, view, view[:1]))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its product by the other factor."""
    return np.array([e // inputs[k].shape[-1]]), inputs[1 - k].reshape(-1)[e : e + 1]


OP = array_op(
    "vecdot",
    forward,
    backward,
    inputs=("x", "y"),
    role="weigh",
    title="dot product",
    symbols="vecdot({x}, {y})",
    shape=shape,
    plan=plan,
    ranks=(2, 2, 1),
    local=local,
    gradient=gradient,
    examples=(Example("vecdot([1, 2], [3, 4])", "11.0"), Example("vecdot([[1, 2], [3, 4]], [[1, 1], [0, 2]])", "[3.0, 8.0]")),
)
TORCH = "(x * y).sum(-1)"
