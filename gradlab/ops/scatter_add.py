"""Rows added into a table of zeros by their numbers, the opposite of `gather`: every row gets back what became of it.

    forward  z[i[j]] += x[j]
    backward dx[j] = g[i[j]]

i: numbers of rows, of any shape, from 0; no gradient flows to them   x: the shape of i, then of a row   z: (rows, …). With a
number that is no row, because it is negative, too large or not whole, there is no right sum: all of z is NaN.

Arguments:
    rows  whole, from 0: rows of z

Known as: index_add; segment_sum.
Source: Bradbury et al., *JAX: composable transformations of Python+NumPy programs*, 2018.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import is_whole
from gradlab.ops._row_number import no_number, row_number
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, i: Array, z: Array) -> None:
    lost = 0.0
    for j in range(i.shape[0]):
        if row_number(i[j], z.shape[0]) < 0:
            lost = np.nan
    for a in range(z.shape[0]):
        for c in range(z.shape[1]):
            z[a, c] = lost
    for j in range(i.shape[0]):
        at = row_number(i[j], z.shape[0])
        if at >= 0:
            for c in range(z.shape[1]):
                z[at, c] += x[j, c]


def backward(g: Array, z: Array, x: Array, i: Array, dx: Array, di: Array) -> None:
    for j in range(i.shape[0]):
        at = row_number(i[j], z.shape[0])
        if at >= 0:
            for c in range(z.shape[1]):
                dx[j, c] += g[at, c]


def gradient(m: Maker, g: Term, z: Term, x: Term, i: Term, rows: int) -> Sends:
    return m.gather(g, i), None


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return so many rows of the shape that stands in x behind that of i."""
    (x, i), rows = shapes, attrs["rows"]
    if not is_whole(rows) or rows < 0:
        raise ShapeError(f"`rows` is a whole number of 0 or more, got {rows!r}")
    if x[: len(i)] != i:
        raise ShapeError(f"`scatter_add` takes a row number for every row, got rows {x} and numbers {i}")
    return (int(rows), *x[len(i) :])


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See a table of what is added, a list of numbers, and the table of sums."""
    many, width = prod(shapes[1]), prod(out[1:])
    return Plan(((many, width), (many,), (out[0], width)))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves the one sum that it is in."""
    width = prod(z.shape[1:])
    row, column = divmod(e, width)
    at = row_number(inputs[1].reshape(-1)[row], z.shape[0])
    places = np.array([at * width + column] if at >= 0 else [], np.int64)
    return places, np.ones(places.size, z.dtype)


def reason(inputs: tuple[Array, ...], out: Shape, attrs: Attrs) -> str:
    """Say which number is no row."""
    return no_number(inputs[1], out[0], "row")


OP = array_op(
    "scatter_add",
    forward,
    backward,
    inputs=("x", "i"),
    role="shape",
    title="add rows into a table",
    symbols="scatter_add({x}, {i}, {rows})",
    attrs={"rows": REQUIRED},
    shape=shape,
    plan=plan,
    ranks=(2, 1, 2),
    local=local,
    differentiable=(True, False),
    reason=reason,
    gradient=gradient,
    examples=(
        Example("scatter_add([[1, 2], [3, 4], [5, 6]], [1, 1, 0], 3)", "[[5.0, 6.0], [4.0, 6.0], [0.0, 0.0]]"),
        Example("scatter_add([1, 2], [0, 7], 2)", "[nan, nan]"),
    ),
)


def TORCH(call: TorchCall) -> str:
    """Return the sums of rows."""
    return "torch.zeros(shape, dtype=DTYPE).index_add(0, i.long().flatten(), x.reshape(-1, *shape[1:]))"
