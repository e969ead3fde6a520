"""What convolutions and pools share: a window that walks over an image, or over a signal as an image of one row.

The large grid is the image, the small one has an element for every place of the window. At place `i` the tap `k` of an axis
reads the large grid at `i · stride + k · dilation - padding`, or padding where there is nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import helper
from gradlab.op import Array, Shape
from gradlab.ops._arguments import is_whole

INTS = ("height", "width", "tall", "wide", "high", "broad", "sh", "sw", "ph", "pw", "dh", "dw")
"""Sizes of the large grid, of the kernel, of the small grid; stride, padding and dilation along both axes."""
Pair = tuple[int, ...]


def pair(attrs: dict[str, Any], name: str, axes: int, least: int) -> Pair:
    """Return a whole number an axis, and leave them in the attributes. One number stands for all. Raises ShapeError."""
    value = attrs[name]
    listed = tuple(value) if isinstance(value, (tuple, list)) else (value,) * axes
    if len(listed) != axes or not all(is_whole(n) for n in listed):
        wanted = "a whole number" + ("", " or a pair of them", " or three of them")[axes - 1]
        raise ShapeError(f"`{name}` is {wanted}, got {value!r}")
    if min(listed) < least:
        raise ShapeError(f"`{name}` is at least {least}, got {value!r}")
    listed = tuple(int(n) for n in listed)
    attrs[name] = listed[0] if axes == 1 else listed
    return listed


def written(sizes: Shape) -> str:
    """Return sizes as a person writes them: 5x5."""
    return "x".join(str(n) for n in sizes)


def places(
    name: str, large: Shape, kernel: Shape, stride: Pair, padding: Pair, dilation: Pair, over: bool = False
) -> Shape:  # fmt: skip
    """Return the sizes of the small grid. Raises ShapeError where the window does not fit.

    over: whether there is one more place where the last window reaches beyond the padding, if it begins before that behind.
    """
    span = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    padded = tuple(n + 2 * p for n, p in zip(large, padding, strict=True))
    if any(k < 1 for k in kernel):
        raise ShapeError(f"the window of `{name}` has at least one element an axis, got {written(kernel)}")
    if any(s > n for s, n in zip(span, padded, strict=True)):
        spread = f" spread to {written(span)}" if span != kernel else ""
        wider = f" padded to {written(padded)}" if padded != large else ""
        raise ShapeError(f"a window of {written(kernel)}{spread} does not fit into {written(large)}{wider}")
    counts = []
    for n, size, p, s, step in zip(padded, large, padding, span, stride, strict=True):
        more = over and (n - s) % step > 0 and ((n - s) // step + 1) * step < size + p
        counts.append((n - s) // step + 1 + more)
    return tuple(counts)


def axes_of(axes: int) -> str:
    """Return what the axes of a window are called."""
    return ("length", "height, width", "depth, height, width")[axes - 1]


def as_image(sizes: Shape, fill: int = 1) -> Shape:
    """Return two sizes: those of a signal become those of an image of one row."""
    return (fill,) * (2 - len(sizes)) + tuple(sizes)


def numbers(large: Shape, kernel: Shape, small: Shape, stride: Pair, padding: Pair, dilation: Pair) -> tuple[int, ...]:
    """Return the numbers of `INTS`."""
    sizes = (*as_image(large), *as_image(kernel), *as_image(small))
    return (*sizes, *as_image(stride), *as_image(padding, 0), *as_image(dilation))


def seen(at: int, small: int, kernel: int, stride: int, padding: int, dilation: int) -> tuple[Array, Array]:
    """Return which places of the window see an element of the large grid along one axis, and with which tap each."""
    taps = np.arange(kernel)
    moved = at + padding - taps * dilation
    fits = (moved >= 0) & (moved % stride == 0) & (moved // stride < small)
    return moved[fits] // stride, taps[fits]


def read(tap: int, small: int, large: int, stride: int, padding: int, dilation: int) -> tuple[Array, Array]:
    """Return the places of the window where a tap reads the large grid along one axis, and what it reads."""
    spots = np.arange(small)
    at = spots * stride + tap * dilation - padding
    fits = (at >= 0) & (at < large)
    return spots[fits], at[fits]


@helper
def first(tap: int, stride: int, padding: int, dilation: int) -> int:
    """Return the first place where a tap reads no padding."""
    return max(0, (padding - tap * dilation + stride - 1) // stride)


@helper
def behind(tap: int, size: int, places: int, stride: int, padding: int, dilation: int) -> int:
    """Return the place behind the last where a tap reads no padding."""
    return max(0, min(places, (size - 1 + padding - tap * dilation) // stride + 1))


Region = tuple[slice, slice]


@lru_cache(maxsize=256)
def taps(h: int, w: int, tall: int, wide: int, high: int, broad: int, sh: int, sw: int, ph: int, pw: int,
         dh: int, dw: int) -> tuple[tuple[tuple[int, int], Region, Region], ...]:  # fmt: skip
    """Return for every tap that reads more than padding its place in the kernel, where it does in the small grid, and what."""
    down = [_along(i, h, high, sh, ph, dh) for i in range(tall)]
    across = [_along(j, w, broad, sw, pw, dw) for j in range(wide)]
    return tuple(
        ((i, j), (rows[0], columns[0]), (rows[1], columns[1]))
        for i, rows in enumerate(down)
        for j, columns in enumerate(across)
        if rows and columns
    )


def _along(tap: int, size: int, count: int, stride: int, padding: int, dilation: int) -> tuple[slice, slice] | None:
    low, top = first(tap, stride, padding, dilation), behind(tap, size, count, stride, padding, dilation)
    start = low * stride + tap * dilation - padding
    return (slice(low, top), slice(start, start + (top - low - 1) * stride + 1, stride)) if low < top else None
