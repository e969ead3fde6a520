"""The k greatest elements along an axis, the greatest first: only they get a gradient.

    forward  z[j] = x[p[j]]
    backward dx[p[j]] = g[j]

p: the places of the elements, the greatest first. Of equal elements the first wins, and NaN wins over every number. Their
places are `argsort(x, descending=True)[…, :k]`.

Arguments:
    k  whole, from 0: how many, at most the size of the axis

Known as: topk.
Source: Shazeer et al., *Outrageously Large Neural Networks: The Sparsely-Gated Mixture-of-Experts Layer*, ICLR 2017.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import line_of, lines
from gradlab.ops._arguments import is_whole, one_axis
from gradlab.ops._order import WORK, order_of, send_back, take_in_order
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, scratch: Array) -> None:
    take_in_order(x, z, 1, scratch)


def backward(g: Array, z: Array, x: Array, dx: Array, scratch: Array) -> None:
    send_back(g, x, dx, scratch)


def gradient(m: Maker, g: Term, z: Term, x: Term, k: int, axis: int) -> Sends:
    at = one_axis(axis, x.shape)
    ranks = m.argsort(m.argsort(x, axis=at, descending=True), axis=at)
    rest = [(0, x.shape[at] - k if i == at else 0) for i in range(x.rank)]
    found = m.less(ranks, float(k)) * (1.0 - m.equal(x, x))  # to a NaN that is among them, NaN
    return (m.where(found, x, m.take_along_axis(m.pad(g, widths=tuple(rest)), ranks, axis=at)),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape in which the axis has k elements. Raises ShapeError."""
    axis, k = one_axis(attrs["axis"], shapes[0]), attrs["k"]
    n = shapes[0][axis]
    if not is_whole(k) or not 0 <= k <= n:
        raise ShapeError(
            f"`k` is a whole number from 0 to {n}, the size of axis {attrs['axis']} of shape {shapes[0]}, got {k!r}"
        )
    return (*shapes[0][:axis], int(k), *shapes[0][axis + 1 :])


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See both as lines; the working memory keeps the places of the greatest, and has room to order one line."""
    view = lines(shapes[0], attrs["axis"])
    return Plan((view, lines(out, attrs["axis"])), scratch=prod(out) + WORK * view[1])


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """What is among the greatest moves its copy."""
    x, axis = inputs[0], attrs["axis"]
    places, i = line_of(e, x.shape, axis)
    order = order_of(x.reshape(-1)[places], 0, True)[: attrs["k"]]
    _, n, inner = lines(x.shape, axis)
    a, b = e // (n * inner), e % inner
    found = (a * attrs["k"] + np.flatnonzero(order == i)) * inner + b
    return found, np.ones(found.size, z.dtype)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return the places of the greatest, in their order."""
    order = order_of(inputs[0], attrs["axis"], True)
    return np.take(order, np.arange(attrs["k"]), axis=attrs["axis"])


OP = array_op(
    "top_k",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="the greatest few",
    symbols="top_k({x}, {k})",
    attrs={"k": REQUIRED, "axis": -1},
    shape=shape,
    plan=plan,
    ranks=(3, 3),
    local=local,
    scratch=True,
    branch=branch,
    gradient=gradient,
    examples=(Example("top_k([1, 4, 3], 2)", "[4.0, 3.0]"),),
)
TORCH = "x.sort(axis, True, stable=True).values.narrow(axis, 0, k)"
