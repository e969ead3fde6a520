"""Mean of windows that part an image of any size into a given number: what stands before a layer of fixed size.

    forward  z[i, j] = Σ x of window (i, j) / count     x: (…, h, w)   z: (…, H, W)
    backward dx = Σ g of the windows around it / count

Window i has the rows from ⌊i · h / H⌋ up to ⌈(i + 1) · h / H⌉, the last not among them; columns likewise. Windows overlap where
H does not divide h. count: the elements of a window.
Source: He, Zhang, Ren & Sun, *Spatial Pyramid Pooling in Deep Convolutional Networks for Visual Recognition*, ECCV 2014.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.numeric import compiled_for, helper
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._reduce import counting
from gradlab.ops._scale import resized_back
from gradlab.ops._window import pair, written
from gradlab.terms import Maker, Sends, Term


@helper
def begin(i: int, size: int, windows: int) -> int:
    """Return the first row of a window."""
    return i * size // windows


@helper
def end(i: int, size: int, windows: int) -> int:
    """Return the row behind the last one of a window."""
    return ((i + 1) * size + windows - 1) // windows


def average(x: Array, z: Array) -> None:
    """Write the mean of every window."""
    for i, j, rows, columns in _windows(x, z):
        z[:, i, j] = x[:, rows, columns].mean(axis=(1, 2), dtype=np.float64)


@compiled_for(average)
def _average(x: Array, z: Array) -> None:
    for n in range(z.shape[0]):
        for i in range(z.shape[1]):
            top, bottom = begin(i, x.shape[1], z.shape[1]), end(i, x.shape[1], z.shape[1])
            for j in range(z.shape[2]):
                left, right = begin(j, x.shape[2], z.shape[2]), end(j, x.shape[2], z.shape[2])
                s = 0.0
                for r in range(top, bottom):
                    for c in range(left, right):
                        s += x[n, r, c]
                z[n, i, j] = s / ((bottom - top) * (right - left))


def spread(g: Array, dx: Array) -> None:
    """Add to every element its part of the mean of every window that it lies in."""
    for i, j, rows, columns in _windows(dx, g):
        part = dx[:, rows, columns]
        part += (g[:, i, j] / (part.shape[1] * part.shape[2]))[:, None, None]


@compiled_for(spread)
def _spread(g: Array, dx: Array) -> None:
    for n in range(g.shape[0]):
        for i in range(g.shape[1]):
            top, bottom = begin(i, dx.shape[1], g.shape[1]), end(i, dx.shape[1], g.shape[1])
            for j in range(g.shape[2]):
                left, right = begin(j, dx.shape[2], g.shape[2]), end(j, dx.shape[2], g.shape[2])
                part = g[n, i, j] / ((bottom - top) * (right - left))
                for r in range(top, bottom):
                    for c in range(left, right):
                        dx[n, r, c] += part


def _windows(x: Array, z: Array) -> list[tuple[int, int, slice, slice]]:
    """Return row and column of every window, and its place in x."""
    (_, h, w), (_, high, broad) = x.shape, z.shape
    down, across = (
        [slice(begin(i, size, many), end(i, size, many)) for i in range(many)] for size, many in ((h, high), (w, broad))
    )
    return [(i, j, rows, columns) for i, rows in enumerate(down) for j, columns in enumerate(across)]


def forward(x: Array, z: Array) -> None:
    average(x, z)


def backward(g: Array, z: Array, x: Array, dx: Array) -> None:
    spread(g, dx)


def gradient(m: Maker, g: Term, z: Term, x: Term, output_size: tuple[int, int]) -> Sends:
    return (resized_back(m, g, *(_parts(m, n, many) for n, many in zip(x.shape[-2:], output_size, strict=True))),)


def _parts(m: Maker, size: int, windows: int) -> Term:
    """Write down the part of every row in every window. Shape: (windows, size)."""
    number, rows = m.reshape(counting(m, windows), shape=(windows, 1)), counting(m, size)
    first, last = m.floor(number * float(size) / float(windows)), -m.floor((number + 1.0) * float(-size) / float(windows))
    return m.greater_equal(rows, first) * m.less(rows, last) / (last - first)  # type: ignore[no-any-return]


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the sizes that are asked for. Raises ShapeError."""
    x = shapes[0]
    if len(x) < 3:
        raise ShapeError(f"`adaptive_avg_pool2d` takes x of shape (…, channels, height, width), got {x}")
    size = pair(attrs, "output_size", 2, 1)
    if 0 in x[-2:]:
        raise ShapeError(f"`adaptive_avg_pool2d` takes images of at least one element, got {written(x[-2:])}")
    return (*x[:-2], *size)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See stacks of images."""
    count = prod(out[:-2])
    return Plan(((count, *shapes[0][-2:]), (count, *out[-2:])))


def work(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> int:
    """Return at most how many elements all windows read: along an axis these overlap by one at most."""
    return prod(out[:-2]) * prod(n + many for n, many in zip(shapes[0][-2:], out[-2:], strict=True))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """An element moves every window that it lies in by 1 / count."""
    x, out = inputs[0], z.reshape(-1, *z.shape[-2:])
    image, row, column = (int(n) for n in np.unravel_index(e, (out.shape[0], *x.shape[-2:])))
    sees = [
        (i, j, (rows.stop - rows.start) * (columns.stop - columns.start))
        for i, j, rows, columns in _windows(x.reshape(-1, *x.shape[-2:]), out)
        if rows.start <= row < rows.stop and columns.start <= column < columns.stop
    ]
    places = [(image * out.shape[1] + i) * out.shape[2] + j for i, j, _ in sees]
    return np.array(places, np.int64), np.array([1.0 / count for _, _, count in sees], z.dtype)


OP = array_op(
    "adaptive_avg_pool2d",
    forward,
    backward,
    inputs=("x",),
    role="pool",
    title="mean of so many windows",
    symbols="adaptive_avg_pool2d({x}, {output_size})",
    attrs={"output_size": REQUIRED},
    shape=shape,
    plan=plan,
    ranks=(3, 3),
    local=local,
    work=work,
    gradient=gradient,
    examples=(
        Example("adaptive_avg_pool2d([[[1, 2, 6]]], (1, 2))", "[[[1.5, 4.0]]]"),
        Example("adaptive_avg_pool2d([[[1, 2], [3, 6]]], 1)", "[[[3.0]]]"),
    ),
)
TORCH = "F.adaptive_avg_pool2d(x, output_size)"
