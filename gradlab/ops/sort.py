"""Elements in order along an axis: every gradient goes back to where its element came from.

    forward  z[k] = x[p[k]]
    backward dx[p[k]] = g[k]

p: the places of the elements, in their order. Equal elements stay in their order, NaN is above every number. The places
themselves are `argsort`.
Source: Knuth, *The Art of Computer Programming*, vol. 3, 2nd ed., 1998, ch. 5.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import line_of, lines, same_shape
from gradlab.ops._arguments import flag
from gradlab.ops._masks import but_nan
from gradlab.ops._order import WORK, order_of, send_back, take_in_order
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, descending: int, scratch: Array) -> None:
    take_in_order(x, z, descending, scratch)


def backward(g: Array, z: Array, x: Array, dx: Array, descending: int, scratch: Array) -> None:
    send_back(g, x, dx, scratch)


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: int, descending: bool) -> Sends:
    ranks = m.argsort(m.argsort(x, axis=axis, descending=descending), axis=axis)
    return (but_nan(m, x, m.take_along_axis(g, ranks, axis=axis)),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x. Raises ShapeError."""
    flag(attrs, "descending")
    return same_shape(shapes, attrs)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See both as lines; the working memory keeps the places of all elements, and has room to order one line."""
    view = lines(out, attrs["axis"])
    return Plan((view, view), (int(attrs["descending"]),), scratch=prod(out) + WORK * view[1])


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copy."""
    places, i = line_of(e, z.shape, attrs["axis"])
    order = order_of(inputs[0].reshape(-1)[places], 0, attrs["descending"])
    return places[order == i], np.ones(1, z.dtype)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return the order."""
    return order_of(inputs[0], attrs["axis"], attrs["descending"])


OP = array_op(
    "sort",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="in order",
    symbols="sort({x})",
    attrs={"axis": -1, "descending": False},
    shape=shape,
    plan=plan,
    ranks=(3, 3),
    local=local,
    ints=("descending",),
    scratch=True,
    branch=branch,
    gradient=gradient,
    examples=(
        Example("sort([3, 1, 2])", "[1.0, 2.0, 3.0]"),
        Example("sort([[3, 1], [2, 4]], axis=0, descending=True)", "[[3.0, 4.0], [2.0, 1.0]]"),
    ),
)
TORCH = "x.sort(axis, descending, stable=True).values"
