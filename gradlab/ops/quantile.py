"""The number below which a part q of the elements lies: between two elements, on the straight line that joins them.

    forward  z = (1 - w) · x[p[k]] + w · x[p[k + 1]]
    backward dx[p[k]] = (1 - w) · g,  dx[p[k + 1]] = w · g

p: the places of the elements, the least first; k + w = q · (n - 1), k whole and w less than 1; n: how many elements there are.
With a NaN among the elements it is NaN, which is sent to the NaN alone.

Arguments:
    q     number, from 0 to 1: the part of the elements that lies below; 0.5: the median
    axis  whole: the axis along which it is taken, from 0, or from -1 back; None: all elements

Known as: median: quantile(x, 0.5); percentile: quantile(x, 0.95).
Source: Hyndman & Fan, *Sample Quantiles in Statistical Packages*, The American Statistician 50, 1996, definition 7.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import line_of, lines
from gradlab.ops._arguments import number, one_axis
from gradlab.ops._masks import but_nan
from gradlab.ops._order import WORK, order_line, order_of
from gradlab.ops._reduce import count, place, reduced_shape, with_axes
from gradlab.ops._torch import over_axes
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, low: int, w: float, scratch: Array) -> None:
    n, at = x.shape[1], 0
    work = scratch[2 * z.size :]
    for a in range(x.shape[0]):
        for b in range(x.shape[2]):
            order_line(x, a, b, 0, work)
            under, over, last = int(work[low]), int(work[min(low + 1, n - 1)]), int(work[n - 1])
            scratch[at], scratch[at + 1] = under, over
            z[a, b] = x[a, under, b] if w == 0.0 else (1.0 - w) * x[a, under, b] + w * x[a, over, b]
            if np.isnan(x[a, last, b]):
                z[a, b] = np.nan
            at += 2


def backward(g: Array, z: Array, x: Array, dx: Array, low: int, w: float, scratch: Array) -> None:
    at = 0
    for a in range(x.shape[0]):
        for b in range(x.shape[2]):
            for i in range(x.shape[1]):
                if np.isnan(x[a, i, b]):
                    dx[a, i, b] += x[a, i, b]
            if not np.isnan(z[a, b]):
                dx[a, int(scratch[at]), b] += (1.0 - w) * g[a, b]
                dx[a, int(scratch[at + 1]), b] += w * g[a, b]
            at += 2


def gradient(m: Maker, g: Term, z: Term, x: Term, q: float, axis: int | None, keepdims: bool) -> Sends:
    line = m.reshape(x, shape=(prod(x.shape),)) if axis is None else x
    along = 0 if axis is None else axis
    ranks = m.argsort(m.argsort(line, axis=along), axis=along)
    low, w = _between(line.shape[along], q)
    weights = (1.0 - w) * m.equal(ranks, float(low)) + w * m.equal(ranks, float(low + 1))
    moved = with_axes(m, g, x, axis) * m.reshape(weights, shape=x.shape)
    return (but_nan(m, x, m.where(m.isnan(with_axes(m, z, x, axis)), 0.0, moved)),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape without the axis. Raises ShapeError."""
    q = number(attrs, "q")
    if not 0 <= q <= 1:
        raise ShapeError(f"`q` is from 0 to 1, got {q:g}")
    if attrs["axis"] is not None:
        one_axis(attrs["axis"], shapes[0])
    if count(shapes[0], attrs["axis"]) == 0:
        raise ShapeError(f"`quantile` over axis {attrs['axis']} of shape {shapes[0]}: nothing has no quantile")
    return reduced_shape(shapes, attrs)


def _lines(shape: Shape, axis: int | None) -> tuple[int, int, int]:
    return (1, prod(shape), 1) if axis is None else lines(shape, axis)


def _between(n: int, q: float) -> tuple[int, float]:
    """Return the place of the lower of the two elements in their order, and the weight of the upper."""
    low = int(q * (n - 1))
    return low, q * (n - 1) - low


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See x as lines; the working memory keeps two places for each, and has room to order one."""
    outer, n, inner = _lines(shapes[0], attrs["axis"])
    low, w = _between(n, attrs["q"])
    return Plan(((outer, n, inner), (outer, inner)), (low,), (w,), scratch=2 * outer * inner + WORK * n)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """The two elements move it by their weights, all others do not."""
    x, axis = inputs[0], attrs["axis"]
    places, i = (np.arange(x.size), e) if axis is None else line_of(e, x.shape, axis)
    low, w = _between(places.size, attrs["q"])
    order = order_of(x.reshape(-1)[places], 0, False)
    slope = (1.0 - w) * (order[low] == i) + w * (order[min(low + 1, places.size - 1)] == i)
    return np.array([place(e, x, axis)]), np.full(1, slope, z.dtype)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return the weight of every element."""
    x = inputs[0].reshape(_lines(inputs[0].shape, attrs["axis"]))
    low, w = _between(x.shape[1], attrs["q"])
    order, weights = order_of(x, 1, False), np.zeros(x.shape)
    for at, weight in ((low, 1.0 - w), (min(low + 1, x.shape[1] - 1), w)):
        np.put_along_axis(weights, order[:, [at]], np.take_along_axis(weights, order[:, [at]], 1) + weight, 1)
    return weights


OP = array_op(
    "quantile",
    forward,
    backward,
    inputs=("x",),
    role="reduce",
    title="quantile",
    symbols="quantile({x}, {q})",
    attrs={"q": REQUIRED, "axis": None, "keepdims": False},
    shape=shape,
    plan=plan,
    ranks=(3, 2),
    local=local,
    ints=("low",),
    floats=("w",),
    scratch=True,
    branch=branch,
    gradient=gradient,
    examples=(
        Example("quantile([4, 1, 3, 2], 0.5)", "2.5"),
        Example("quantile([[1, 2], [4, 3], [5, 6]], 0.25, axis=0)", "[2.5, 2.5]"),
    ),
)
TORCH = over_axes("x.quantile", "q", several=False)
