"""Cosine of the angle between two vectors: 1 for the same direction, 0 at right angles, -1 for opposite ones.

    forward  z = Σ x · y / (|x| · |y|)
    backward dx = g · (y / |y| - z · x / |x|) / |x|,  dy = g · (x / |x| - z · y / |y|) / |y|

x, y: of the same shape; the vectors lie along the axis, which z has no more. A vector of zeros has no direction: its cosine is
set to 0 and no gradient flows through it.
Known as: cosine_distance: 1 - cosine_similarity(x, y).
Source: Salton & McGill, *Introduction to Modern Information Retrieval*, 1983.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import lines
from gradlab.ops._arguments import one_axis
from gradlab.ops._cosine import products, turn, turned
from gradlab.ops._reduce import with_axes
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, y: Array, z: Array) -> None:
    for a in range(x.shape[0]):
        for b in range(x.shape[2]):
            xy, over_x, over_y = products(x, y, a, b)
            z[a, b] = xy * over_x * over_y


def backward(g: Array, z: Array, x: Array, y: Array, dx: Array, dy: Array) -> None:
    for a in range(x.shape[0]):
        for b in range(x.shape[2]):
            xy, over_x, over_y = products(x, y, a, b)
            for i in range(x.shape[1]):
                dx[a, i, b] += g[a, b] * turn(x[a, i, b], y[a, i, b], xy, over_x, over_y)
                dy[a, i, b] += g[a, b] * turn(y[a, i, b], x[a, i, b], xy, over_y, over_x)


def gradient(m: Maker, g: Term, z: Term, x: Term, y: Term, axis: int) -> Sends:
    wide = with_axes(m, g, x, axis)
    return turned(m, wide, x, y, axis), turned(m, wide, y, x, axis)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape without the axis."""
    if shapes[0] != shapes[1]:
        raise ShapeError(f"`cosine_similarity` takes two equal shapes, got {shapes[0]} and {shapes[1]}")
    axis = one_axis(attrs["axis"], shapes[0])
    return shapes[0][:axis] + shapes[0][axis + 1 :]


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See x and y as lines, and one number a line."""
    outer, n, inner = lines(shapes[0], attrs["axis"])
    return Plan(((outer, n, inner), (outer, n, inner), (outer, inner)))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return how the cosine of its line turns with an element."""
    view = lines(inputs[0].shape, attrs["axis"])
    x, y = (inputs[j].reshape(view) for j in (k, 1 - k))
    a, i, b = (int(q) for q in np.unravel_index(e, view))
    xy, over_x, over_y = products(x, y, a, b)
    slope = turn(x[a, i, b], y[a, i, b], xy, over_x, over_y)
    return np.array([a * view[2] + b]), np.array([slope])


OP = array_op(
    "cosine_similarity",
    forward,
    backward,
    inputs=("x", "y"),
    role="reduce",
    title="cosine similarity",
    symbols="cosine_similarity({x}, {y})",
    attrs={"axis": -1},
    shape=shape,
    plan=plan,
    ranks=(3, 3, 2),
    local=local,
    gradient=gradient,
    examples=(
        Example("cosine_similarity([3, 4], [6, 8])", "1.0"),
        Example("cosine_similarity([[1, 0], [0, 0]], [[1, 1], [1, 1]])", "[0.707107, 0.0]"),
    ),
)
TORCH = "F.cosine_similarity(x, y, axis)"
