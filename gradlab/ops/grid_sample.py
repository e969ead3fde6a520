"""Images read at places that are numbers: between the middles of neighbouring elements the values change evenly.

    forward  z[c, i, j] = Σ a · b · x[c, p, q]   x: (B, C, h, w)   y: (B, H, W, 2)   z: (B, C, H, W)
    backward dx[c, p, q] = Σ a · b · g[c, i, j],  dy = Σ g · the slope of x there, times h / 2 or w / 2

y: places, first across, then down, from -1 (left, above) to 1 (right, below), the outermost edges of x. p, q: the four elements
around a place, a, b: how near each is. With `align_corners=True` -1 and 1 are the middles of the outermost elements, and the
factors (h - 1) / 2 and (w - 1) / 2. Beyond x there are zeros (PyTorch's defaults). On a line through middles the slope is that
on its further side. A place that is NaN gives NaN and gets NaN.

Arguments:
    align_corners  True or False: whether -1 and 1 are the middles of the outermost elements, or their outer edges

Source: Jaderberg, Simonyan, Zisserman & Kavukcuoglu, *Spatial Transformer Networks*, NeurIPS 2015.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import ZERO, helper
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import flag


@helper
def place(at: float, size: int, corners: int) -> float:
    """Return where a place from -1 to 1 lies among the elements of an axis; what is far beyond is brought near."""
    found = (at + 1.0) / 2.0 * (size - 1) if corners == 1 else ((at + 1.0) * size - 1.0) / 2.0
    return found if np.isnan(found) else max(-2.0, min(found, size + 1.0))


@helper
def element(x: Array, row: int, column: int) -> float:
    """Return an element of an image, 0 beyond it."""
    inside = 0 <= row < x.shape[0] and 0 <= column < x.shape[1]
    return float(x[row, column]) if inside else 0.0


@helper
def add_to(dx: Array, row: int, column: int, part: float) -> None:
    """Add to an element of an image, nothing beyond it."""
    if 0 <= row < dx.shape[0] and 0 <= column < dx.shape[1]:
        dx[row, column] += part


@helper
def blend(x: Array, down: float, across: float) -> float:
    """Return the value of an image between its elements."""
    p, q = int(np.floor(down)), int(np.floor(across))
    a, b = down - p, across - q
    over = (1.0 - b) * element(x, p, q) + b * element(x, p, q + 1)
    under = (1.0 - b) * element(x, p + 1, q) + b * element(x, p + 1, q + 1)
    return float((1.0 - a) * over + a * under)


@helper
def slopes(x: Array, down: float, across: float) -> tuple[float, float]:
    """Return how the value changes across and down."""
    p, q = int(np.floor(down)), int(np.floor(across))
    a, b = down - p, across - q
    upper, lower = element(x, p, q + 1) - element(x, p, q), element(x, p + 1, q + 1) - element(x, p + 1, q)
    left, right = element(x, p + 1, q) - element(x, p, q), element(x, p + 1, q + 1) - element(x, p, q + 1)
    return float((1.0 - a) * upper + a * lower), float((1.0 - b) * left + b * right)


@helper
def spread(dx: Array, down: float, across: float, g: float) -> None:
    """Add to the four elements around a place what their shares of a gradient are."""
    p, q = int(np.floor(down)), int(np.floor(across))
    a, b = down - p, across - q
    add_to(dx, p, q, (1.0 - a) * (1.0 - b) * g)
    add_to(dx, p, q + 1, (1.0 - a) * b * g)
    add_to(dx, p + 1, q, a * (1.0 - b) * g)
    add_to(dx, p + 1, q + 1, a * b * g)


def forward(x: Array, y: Array, z: Array, corners: int) -> None:
    for n in range(z.shape[0]):
        for i in range(z.shape[2]):
            across, down = place(y[n, i, 0], x.shape[3], corners), place(y[n, i, 1], x.shape[2], corners)
            lost = np.isnan(across) or np.isnan(down)
            for c in range(z.shape[1]):
                z[n, c, i] = np.nan if lost else blend(x[n, c], down, across)


def backward(g: Array, z: Array, x: Array, y: Array, dx: Array, dy: Array, corners: int) -> None:
    wide, tall = (x.shape[3] - corners) / 2.0, (x.shape[2] - corners) / 2.0
    for n in range(z.shape[0]):
        for i in range(z.shape[2]):
            across, down = place(y[n, i, 0], x.shape[3], corners), place(y[n, i, 1], x.shape[2], corners)
            if np.isnan(across) or np.isnan(down):
                dy[n, i] += np.nan
                continue
            aside, below = ZERO, ZERO
            for c in range(z.shape[1]):
                spread(dx[n, c], down, across, g[n, c, i])
                right, under = slopes(x[n, c], down, across)
                aside += g[n, c, i] * right
                below += g[n, c, i] * under
            dy[n, i, 0] += aside * wide
            dy[n, i, 1] += below * tall


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return channels of x at the places of y. Raises ShapeError."""
    x, y = shapes
    flag(attrs, "align_corners")
    if len(x) != 4 or len(y) != 4 or y[3] != 2 or x[0] != y[0]:
        takes = "x of shape (batch, channels, height, width) and places of (batch, rows, columns, 2)"
        raise ShapeError(f"`grid_sample` takes {takes}, got {x} and {y}")
    if 0 in x[2:]:
        raise ShapeError(f"`grid_sample` takes images of at least one element, got {x[2]}x{x[3]}")
    return (x[0], x[1], *y[1:3])


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See a list of places for each image."""
    x, y = shapes
    many = prod(y[1:3])
    return Plan((x, (y[0], many, 2), (x[0], x[1], many)), (int(attrs["align_corners"]),))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """An element moves the places around which it stands by its share, a place all its channels by their slopes."""
    x, corners = inputs[0], int(attrs["align_corners"])
    y = inputs[1].reshape(x.shape[0], -1, 2)
    n, rest = divmod(e, inputs[k][0].size)
    spots = np.arange(z.size).reshape(*z.shape[:2], -1)[n]
    if k == 0:
        c, flat = divmod(rest, x.shape[2] * x.shape[3])
        alone = np.zeros(x.shape[2:])
        alone[flat // x.shape[3], flat % x.shape[3]] = 1.0
        at = [(place(a, x.shape[3], corners), place(b, x.shape[2], corners)) for a, b in y[n]]
        return spots[c], np.array([0.0 if np.isnan(a + b) else blend(alone, b, a) for a, b in at], z.dtype)
    i, way = divmod(rest, 2)
    across, down = place(y[n, i, 0], x.shape[3], corners), place(y[n, i, 1], x.shape[2], corners)
    if np.isnan(across + down):
        return spots[:, i], np.full(x.shape[1], np.nan)
    factor = (x.shape[3 - way] - corners) / 2.0
    return spots[:, i], np.array([factor * slopes(x[n, c], down, across)[way] for c in range(x.shape[1])], z.dtype)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return between which elements every place lies; beyond the zeros around x it is all one."""
    x, y = inputs
    sizes, corners = np.array([x.shape[3], x.shape[2]]), int(attrs["align_corners"])
    at = (y + 1.0) / 2.0 * (sizes - 1) if corners else ((y + 1.0) * sizes - 1.0) / 2.0
    cell = np.clip(np.floor(at), -2, sizes)
    out = ((at < -1) | (at > sizes)).any(axis=-1, keepdims=True)
    return np.asarray(np.where(out, -3, cell))


OP = array_op(
    "grid_sample",
    forward,
    backward,
    inputs=("x", "y"),
    role="shape",
    title="image read at given places",
    symbols="grid_sample({x}, {y})",
    attrs={"align_corners": False},
    shape=shape,
    plan=plan,
    ranks=(4, 3, 3),
    local=local,
    ints=("corners",),
    branch=branch,
    examples=(
        Example("grid_sample([[[[1, 3]]]], [[[[0, 0], [0.25, 0], [-1, 0]]]])", "[[[[2.0, 2.5, 0.5]]]]"),
        Example("grid_sample([[[[1, 3]]]], [[[[-1, 0], [0.5, 0]]]], True)", "[[[[1.0, 2.5]]]]"),
    ),
)
TORCH = "F.grid_sample(x, y, align_corners=align_corners)"
