"""Outer product: every number of one list times every number of another.

    forward  z[i, j] = x[i] · y[j]
    backward dx = g @ y,  dy = x @ g

x: (n,)   y: (m,)   z: (n, m)
Known as: ger.
Source: Magnus & Neudecker, *Matrix Differential Calculus*, 1999.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import ZERO
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, y: Array, z: Array) -> None:
    for i in range(x.shape[0]):
        for j in range(y.shape[0]):
            z[i, j] = x[i] * y[j]


def backward(g: Array, z: Array, x: Array, y: Array, dx: Array, dy: Array) -> None:
    for i in range(x.shape[0]):
        s = ZERO
        for j in range(y.shape[0]):
            s += g[i, j] * y[j]
            dy[j] += g[i, j] * x[i]
        dx[i] += s


def gradient(m: Maker, g: Term, z: Term, x: Term, y: Term) -> Sends:
    return g @ y, x @ g


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the two lengths."""
    x, y = shapes
    if len(x) != 1 or len(y) != 1:
        raise ShapeError(f"`outer` takes two lists of numbers, got shapes {x} and {y}")
    return (*x, *y)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See all as they are."""
    return Plan((*shapes, out))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Element i of x moves row i of z by y; element j of y moves column j by x."""
    places = np.arange(z.size).reshape(z.shape)
    return (places[e], inputs[1]) if k == 0 else (places[:, e], inputs[0])


OP = array_op(
    "outer",
    forward,
    backward,
    inputs=("x", "y"),
    role="arithmetic",
    title="outer product",
    symbols="outer({x}, {y})",
    shape=shape,
    plan=plan,
    ranks=(1, 1, 2),
    local=local,
    gradient=gradient,
    examples=(Example("outer([1, 2], [3, 4])", "[[3.0, 4.0], [6.0, 8.0]]"),),
)
TORCH = "torch.outer(x, y)"
