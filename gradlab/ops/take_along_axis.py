"""Elements along an axis by their places, others in each line: as `argsort` and `argmax` give them.

    forward  z[j] = x[i[j]]
    backward dx[i[j]] += g[j]

i: places from 0, in the shape of x but for the size of the axis; no gradient flows to them   z: the shape of i. A number that
is no place, because it is negative, too large or not whole, gives NaN and sends nothing. Whole rows by their numbers are
`gather`.

Known as: gather_along; batch_gather.
Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import line_of, lines
from gradlab.ops._arguments import one_axis
from gradlab.ops._row_number import known, row_number
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, i: Array, z: Array) -> None:
    for a in range(i.shape[0]):
        for j in range(i.shape[1]):
            for b in range(i.shape[2]):
                at = row_number(i[a, j, b], x.shape[1])
                z[a, j, b] = x[a, at, b] if at >= 0 else np.nan


def backward(g: Array, z: Array, x: Array, i: Array, dx: Array, di: Array) -> None:
    for a in range(i.shape[0]):
        for j in range(i.shape[1]):
            for b in range(i.shape[2]):
                at = row_number(i[a, j, b], x.shape[1])
                if at >= 0:
                    dx[a, at, b] += g[a, j, b]


def gradient(m: Maker, g: Term, z: Term, x: Term, i: Term, axis: int) -> Sends:
    at = one_axis(axis, x.shape)
    n, last = x.shape[at], (*(a for a in range(x.rank) if a != at), at)
    places, sent = m.transpose(i, axes=last), m.transpose(g, axes=last)
    counts = known(m, places, n)
    hits = m.one_hot(m.where(counts, places, 0.0), classes=n)
    each = m.reshape(m.where(counts, sent, 0.0), shape=(*sent.shape, 1))
    back = m.sum(m.where(hits, each, 0.0), axis=-2)
    return m.transpose(back, axes=tuple(last.index(a) for a in range(x.rank))), None


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of i. Raises ShapeError."""
    x, i = shapes
    axis = one_axis(attrs["axis"], x)
    if len(i) != len(x) or (*x[:axis], *x[axis + 1 :]) != (*i[:axis], *i[axis + 1 :]):
        raise ShapeError(f"places have the shape {x} of x but for the size of axis {attrs['axis']}, got {i}")
    return i


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See all as lines."""
    x, i = (lines(shape, attrs["axis"]) for shape in shapes)
    return Plan((x, i, i))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copies."""
    x, i = inputs
    _, at = line_of(e, x.shape, attrs["axis"])
    _, n, inner = lines(x.shape, attrs["axis"])
    m = lines(i.shape, attrs["axis"])[1]
    places = (e // (n * inner) * m + np.arange(m)) * inner + e % inner
    places = places[i.reshape(-1)[places] == at]
    return places, np.ones(places.size, z.dtype)


def reason(inputs: tuple[Array, ...], out: Shape, attrs: Attrs) -> str:
    """Say which number is no place of any axis; which axis it is of is not known here."""
    wrong = np.argwhere(~((inputs[1] >= 0) & (inputs[1] == np.floor(inputs[1]))))
    return f"{float(inputs[1][tuple(wrong[0])]):g} at {[int(q) for q in wrong[0]]} is no place" if len(wrong) else ""


OP = array_op(
    "take_along_axis",
    forward,
    backward,
    inputs=("x", "i"),
    role="shape",
    title="elements by their places",
    symbols="take_along_axis({x}, {i})",
    attrs={"axis": -1},
    shape=shape,
    plan=plan,
    ranks=(3, 3, 3),
    local=local,
    differentiable=(True, False),
    reason=reason,
    gradient=gradient,
    examples=(
        Example("take_along_axis([[1, 2], [3, 4]], [[1], [0]])", "[[2.0], [3.0]]"),
        Example("take_along_axis([5, 6], [1, 2])", "[6.0, nan]"),
    ),
)
TORCH = "torch.take_along_dim(x, i.long(), axis)"
