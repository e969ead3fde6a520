"""The sum of the squares of all elements of several arrays; its root is their common norm. It belongs to the update phase.

    forward  z = Σ x²                  x: any number of arrays of any shapes
    backward dx = 2 · g · x

Source: Pascanu, Mikolov & Bengio, *On the difficulty of training recurrent neural networks*, 2013.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import ZERO, compiled_for, summing
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.terms import Maker, Sends, Term


def squares(x: Array) -> Any:
    """Return the sum of the squares of a row, added up in float64."""
    wide = x.astype(np.float64, copy=False)
    return np.dot(wide, wide)


@compiled_for(squares)
@summing
def _squares(x: Array) -> Any:
    s = ZERO
    for i in range(x.shape[0]):
        s += x[i] * x[i]
    return s


def forward(x: Array, z: Array, start: int) -> None:
    if start == 0:
        z[0, 0] = 0.0
    z[0, 0] += squares(x[0])


def backward(g: Array, z: Array, x: Array, dx: Array, start: int) -> None:
    for i in range(x.shape[1]):
        dx[0, i] += 2.0 * g[0, 0] * x[0, i]


def gradient(m: Maker, g: Term, z: Term, x: list[Term]) -> Sends:
    return tuple(2.0 * g * part for part in x)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of one number."""
    if not shapes:
        raise ShapeError("`sum_squares` takes a list of at least one array")
    return ()


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See each array as one row."""
    return Plan((*((1, prod(s)) for s in shapes), (1, 1)))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves the sum by twice its value."""
    return np.zeros(1, np.int64), 2.0 * inputs[k].reshape(-1)[e : e + 1]


OP = array_op(
    "sum_squares",
    forward,
    backward,
    inputs=("x*",),
    role="update",
    title="sum of squares",
    symbols="Σ {x}²",
    shape=shape,
    plan=plan,
    ranks=(2, 2),
    local=local,
    gradient=gradient,
    examples=(Example("sum_squares([[1, 2], [3]])", "14.0"),),
)
TORCH = "sum((one ** 2).sum() for one in x)"
