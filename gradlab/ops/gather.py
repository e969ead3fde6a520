"""Rows of a table by their numbers, as an embedding looks up words: every row gets back what its copies were sent.

    forward  z[j] = x[i[j]]
    backward dx[i[j]] += g[j]

x: a table (rows, …)   i: numbers of rows, of any shape, from 0; no gradient flows to them   z: the shape of i, then of a row.
A number that is no row, because it is negative, too large or not whole, gives a row of NaN and sends nothing.
Known as: index_select; take; embedding_lookup.
Source: Bengio, Ducharme, Vincent & Jauvin, *A Neural Probabilistic Language Model*, JMLR 3, 2003.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._row_number import known, no_number, row_number, sent_to_rows
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, i: Array, z: Array) -> None:
    for j in range(i.shape[0]):
        at = row_number(i[j], x.shape[0])
        for c in range(x.shape[1]):
            z[j, c] = x[at, c] if at >= 0 else np.nan


def backward(g: Array, z: Array, x: Array, i: Array, dx: Array, di: Array) -> None:
    for j in range(i.shape[0]):
        at = row_number(i[j], x.shape[0])
        if at >= 0:
            for c in range(x.shape[1]):
                dx[at, c] += g[j, c]


def gradient(m: Maker, g: Term, z: Term, x: Term, i: Term) -> Sends:
    return sent_to_rows(m, g, i, known(m, i, x.shape[0]), x.shape[0]), None


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of i, and behind it that of a row."""
    x, i = shapes
    if not x:
        raise ShapeError("`gather` takes rows of a table, got one number")
    return (*i, *x[1:])


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See a table of rows, a list of numbers, and a table of the rows that were taken."""
    x, i = shapes
    width, many = prod(x[1:]), prod(i)
    return Plan(((x[0], width), (many,), (many, width)))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copies."""
    x, i = inputs
    row, column = divmod(e, prod(x.shape[1:]))
    places = np.flatnonzero(i.reshape(-1) == row) * prod(x.shape[1:]) + column
    return places, np.ones(places.size, z.dtype)


def reason(inputs: tuple[Array, ...], out: Shape, attrs: Attrs) -> str:
    """Say which number is no row."""
    return no_number(inputs[1], inputs[0].shape[0], "row")


OP = array_op(
    "gather",
    forward,
    backward,
    inputs=("x", "i"),
    words="i",
    role="shape",
    title="rows of a table",
    symbols="{x}[{i}]",
    shape=shape,
    plan=plan,
    ranks=(2, 1, 2),
    local=local,
    differentiable=(True, False),
    reason=reason,
    gradient=gradient,
    examples=(
        Example("gather([[1, 2], [3, 4]], [1, 1, 0])", "[[3.0, 4.0], [3.0, 4.0], [1.0, 2.0]]"),
        Example("gather([5, 6], [1, 2])", "[6.0, nan]"),
    ),
)
TORCH = "x[i.long()]"
