"""Greatest elements of regions of images: each region is parted into a grid of cells, whatever its size.

    forward  z[r, c, i, j] = max of x[c] in cell (i, j) of region r     x: (B, C, h, w)   y: (R, 5)   z: (R, C, H, W)
    backward dx = Σ g of the cells that it wins,  dy = 0

y: regions, a row each: number of the image, then left, top, right, bottom in the coordinates of a picture. These times
`spatial_scale`, rounded to whole elements, are the first and the last elements of a region, which has at least one. Cell i has
the rows from ⌊i · rows / H⌋ up to ⌈(i + 1) · rows / H⌉ of the region, the last not among them, and only those in the image; a
cell without any is 0. Of equal elements the first wins, and NaN wins over every number. A region whose image is none, or which
has a place that is no number, gives NaN and sends nothing.

Arguments:
    spatial_scale  number, above 0: elements of x for a unit of a picture

Source: Girshick, *Fast R-CNN*, ICCV 2015; as in torchvision's `roi_pool`.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.numeric import helper
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import number
from gradlab.ops._row_number import no_number, row_number
from gradlab.ops._torch import Helped
from gradlab.ops._window import pair

FAR = 1e9
"""Elements: what is further away is brought here, so that it is a whole number."""


@helper
def edge(at: float, scale: float) -> int:
    """Return a place in a picture as a row or a column of x: halves away from 0."""
    scaled = max(-FAR, min(at * scale, FAR))
    return int(np.floor(scaled + 0.5)) if scaled >= 0 else int(np.ceil(scaled - 0.5))


@helper
def cell(i: int, first: int, last: int, cells: int, size: int) -> tuple[int, int]:
    """Return the first element of a cell, and the one behind its last, as far as they are in the image."""
    span = max(last - first + 1, 1)
    low, top = first + i * span // cells, first + ((i + 1) * span + cells - 1) // cells
    return min(max(low, 0), size), min(max(top, 0), size)


@helper
def greatest(x: Array, top: int, bottom: int, left: int, right: int) -> int:
    """Return the flat place of the greatest element of a cell, -1 where there is none."""
    best, place = -np.inf, -1
    for r in range(top, bottom):
        for c in range(left, right):
            if place < 0 or (not np.isnan(best) and not x[r, c] <= best):
                best, place = float(x[r, c]), r * x.shape[1] + c
    return place


@helper
def winner(x: Array, row: Array, i: int, j: int, high: int, broad: int, scale: float) -> int:
    """Return the flat place of the greatest element of a cell of a region, -1 where there is none."""
    top, bottom = cell(i, edge(row[2], scale), edge(row[4], scale), high, x.shape[0])
    left, right = cell(j, edge(row[1], scale), edge(row[3], scale), broad, x.shape[1])
    return greatest(x, top, bottom, left, right)


@helper
def image_of(row: Array, images: int) -> int:
    """Return the image of a region, -1 where it is none, or a place of the region is no number."""
    return -1 if np.isnan(row[1] + row[2] + row[3] + row[4]) else row_number(row[0], images)


def forward(x: Array, y: Array, z: Array, scale: float) -> None:
    for r in range(z.shape[0]):
        n = image_of(y[r], x.shape[0])
        for c in range(z.shape[1]):
            for i in range(z.shape[2]):
                for j in range(z.shape[3]):
                    z[r, c, i, j] = np.nan
                    if n >= 0:
                        at = winner(x[n, c], y[r], i, j, z.shape[2], z.shape[3], scale)
                        z[r, c, i, j] = 0.0 if at < 0 else x[n, c, at // x.shape[3], at % x.shape[3]]


def backward(g: Array, z: Array, x: Array, y: Array, dx: Array, dy: Array, scale: float) -> None:
    for r in range(z.shape[0]):
        n = image_of(y[r], x.shape[0])
        for c in range(z.shape[1] if n >= 0 else 0):
            for i in range(z.shape[2]):
                for j in range(z.shape[3]):
                    at = winner(x[n, c], y[r], i, j, z.shape[2], z.shape[3], scale)
                    if at >= 0:
                        sent = z[r, c, i, j] if np.isnan(z[r, c, i, j]) else g[r, c, i, j]
                        dx[n, c, at // x.shape[3], at % x.shape[3]] += sent


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return a grid for every region and channel. Raises ShapeError."""
    x, y = shapes
    size = pair(attrs, "output_size", 2, 1)
    if number(attrs, "spatial_scale") <= 0:
        raise ShapeError(f"`spatial_scale` is above 0, got {attrs['spatial_scale']:g}")
    if len(x) != 4 or len(y) != 2 or y[1] != 5:
        takes = "x of shape (batch, channels, height, width) and regions of (regions, 5)"
        raise ShapeError(f"`roi_pool` takes {takes}: image, left, top, right, bottom; got {x} and {y}")
    return (y[0], x[1], *size)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See all arrays as they are."""
    return Plan((*shapes, out), floats=(attrs["spatial_scale"],))


def work(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> int:
    """Return at most how many elements all cells read: of a region that is the whole image, which overlap by one an axis."""
    return prod(out[:2]) * prod(n + many for n, many in zip(shapes[0][-2:], out[-2:], strict=True))


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return who wins every cell; -1 where nobody does."""
    x, y = inputs
    won = np.full(z.shape, -1)
    for r, c, i, j in np.ndindex(*z.shape):
        n = image_of(y[r], x.shape[0])
        at = winner(x[n, c], y[r], i, j, z.shape[2], z.shape[3], attrs["spatial_scale"]) if n >= 0 else -1
        won[r, c, i, j] = -1 if at < 0 else (n * x.shape[1] + c) * prod(x.shape[2:]) + at
    return won


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """An element moves every cell that it wins by 1."""
    spots = np.flatnonzero(branch(inputs, z, attrs).reshape(-1) == e)
    return spots, np.ones(spots.size, z.dtype)


def reason(inputs: tuple[Array, ...], out: Shape, attrs: Attrs) -> str:
    """Say which image is none."""
    return no_number(inputs[1][:, 0], inputs[0].shape[0], "image").replace("in sample", "in region")


OP = array_op(
    "roi_pool",
    forward,
    backward,
    inputs=("x", "y"),
    role="pool",
    title="greatest of the cells of regions",
    symbols="roi_pool({x}, {y}, {output_size})",
    attrs={"output_size": REQUIRED, "spatial_scale": 1.0},
    shape=shape,
    plan=plan,
    ranks=(4, 2, 4),
    local=local,
    work=work,
    floats=("scale",),
    differentiable=(True, False),
    branch=branch,
    reason=reason,
    examples=(
        Example("roi_pool([[[[1, 2, 3], [4, 9, 6]]]], [[0, 0, 0, 1, 1]], (1, 2))", "[[[[4.0, 9.0]]]]"),
        Example("roi_pool([[[[1, 2, 3], [4, 9, 6]]]], [[0, 4, 0, 4, 2]], 1, spatial_scale=0.5)", "[[[[6.0]]]]"),
    ),
)
_HELPER = '''
def roi_pool(x, regions, size, scale):
    """Return the greatest elements of a grid of cells in regions of images: those of `torchvision.ops.roi_pool`."""

    def cells(low, high, many, limit):
        """Return the first element of each cell and the one behind its last, as far as they are in the image."""
        low, high = (max(-1e9, min(at * scale, 1e9)) for at in (low, high))
        low, high = (int(at + 0.5) if at >= 0 else -int(0.5 - at) for at in (low, high))
        span = max(high - low + 1, 1)
        cuts = ((low + i * span // many, low + ((i + 1) * span + many - 1) // many) for i in range(many))
        return [tuple(min(max(at, 0), limit) for at in cut) for cut in cuts]

    def pooled(image, left, top, right, bottom):
        rows, columns = cells(top, bottom, size[0], x.shape[2]), cells(left, right, size[1], x.shape[3])
        found = (x[image, :, a:b, c:d].flatten(1) for a, b in rows for c, d in columns)
        best = [one.max(1).values if one.shape[1] else torch.zeros(x.shape[1]) for one in found]
        return torch.stack(best, 1).reshape(-1, *size)

    known = range(x.shape[0])
    regions = [(one[0], one[1:], not np.isnan(one).any() and one[0] in known) for one in regions.detach().tolist()]
    nothing = torch.full((x.shape[1], *size), float("nan"))
    return torch.stack([pooled(int(image), *box) if is_one else nothing for image, box, is_one in regions])
'''
TORCH = Helped("roi_pool(x, y, output_size, spatial_scale)", _HELPER)
