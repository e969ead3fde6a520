"""Class numbers as rows with a single 1. No gradient flows: a class is no quantity.

    forward  z[j, c] = 1 where i[j] = c else 0
    backward di = 0

i: class numbers, of any shape, from 0   z: the shape of i, then one column a class. A number that is no class, because it is
negative, too large or not whole, gives a row of NaN.

Arguments:
    classes  whole, from 1: columns of z

Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, sec. 4.1.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Curve, Example, Plan, Shape, array_op
from gradlab.ops._arguments import is_whole
from gradlab.ops._row_number import no_number, row_number


def forward(i: Array, z: Array) -> None:
    for j in range(i.shape[0]):
        at = row_number(i[j], z.shape[1])
        for c in range(z.shape[1]):
            z[j, c] = np.nan if at < 0 else 1.0 if c == at else 0.0


def backward(g: Array, z: Array, i: Array, di: Array) -> None:
    return


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of i with one axis more."""
    if not is_whole(attrs["classes"]) or attrs["classes"] < 1:
        raise ShapeError(f"`classes` is a whole number of 1 or more, got {attrs['classes']!r}")
    return (*shapes[0], int(attrs["classes"]))


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See a list of numbers and a table of rows."""
    many = prod(shapes[0])
    return Plan(((many,), (many, out[-1])))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Nothing flows."""
    return np.zeros(0, np.int64), np.zeros(0, z.dtype)


def reason(inputs: tuple[Array, ...], out: Shape, attrs: Attrs) -> str:
    """Say which number is no class."""
    return no_number(inputs[0], out[-1], "class")


OP = array_op(
    "one_hot",
    forward,
    backward,
    inputs=("i",),
    words="i",
    role="shape",
    curve=Curve((0.0, 1.0)),
    title="class numbers as rows",
    symbols="one_hot({i}, {classes})",
    attrs={"classes": REQUIRED},
    shape=shape,
    plan=plan,
    ranks=(1, 2),
    local=local,
    differentiable=(False,),
    reason=reason,
    examples=(Example("one_hot([2, 0], 3)", "[[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]"), Example("one_hot(0.5, 2)", "[nan, nan]")),
)
TORCH = "F.one_hot(i.long(), classes).to(DTYPE)"
