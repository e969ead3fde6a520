"""What transposed convolutions share: each element of x writes the kernel into z, weighed by itself."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._conv import COLUMNS, bias, check_groups, check_ranks, memory
from gradlab.ops._window import Pair, numbers, pair, read, written

ATTRS = {"stride": 1, "padding": 0, "output_padding": 0, "groups": 1, "dilation": 1}
RANKS = (4, 3, 4)
"""x: (sample, group, channel, place), W: (group, channel in, weight), z as x."""


def shape(name: str, axes: int) -> Any:
    """Make the shape rule of a transposed convolution over some axes."""

    def rule(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
        x, w = shapes[:2]
        check_ranks(name, axes, x, w, "(channels in, channels out / groups, …)")
        check_groups(attrs)
        channels = x[-axes - 1]
        if channels != w[0]:
            raise ShapeError(f"W of shape {w} reads {w[0]} channels, x of shape {x} has {channels}")
        if w[0] % attrs["groups"]:
            raise ShapeError(f"{attrs['groups']} groups cannot share the {w[0]} channels of x of shape {x}")
        bias(shapes, w[1] * attrs["groups"])
        return (*x[: -axes - 1], w[1] * attrs["groups"], *_large(name, x[-axes:], w[2:], attrs))

    return rule


def _large(name: str, small: Shape, kernel: Shape, attrs: dict[str, Any]) -> Shape:
    axes = len(small)
    stride, padding, dilation = (
        pair(attrs, "stride", axes, 1),
        pair(attrs, "padding", axes, 0),
        pair(attrs, "dilation", axes, 1),
    )
    more = pair(attrs, "output_padding", axes, 0)
    if any(k < 1 for k in kernel):
        raise ShapeError(f"the window of `{name}` has at least one element an axis, got {written(kernel)}")
    if any(m >= max(s, d) for m, s, d in zip(more, stride, dilation, strict=True)):
        raise ShapeError(f"`output_padding` is smaller than the stride or the dilation, got {attrs['output_padding']}")
    each = zip(small, kernel, stride, padding, dilation, more, strict=True)
    large = tuple((n - 1) * s - 2 * p + d * (k - 1) + m + 1 for n, k, s, p, d, m in each)
    if any(n < 1 for n in large):
        raise ShapeError(
            f"a padding of {attrs['padding']} leaves nothing of {written(small)} under a window of {written(kernel)}"
        )
    return large


def window(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> tuple[int, ...]:
    """Return the numbers of `INTS`: the large grid is z, the small one x."""
    kernel = shapes[1][2:]
    axes = len(kernel)
    parts: list[Pair] = [tuple(np.atleast_1d(attrs[name]).tolist()) for name in ("stride", "padding", "dilation")]
    return numbers(out[-axes:], kernel, shapes[0][-axes:], *parts)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See groups of channels of flat images."""
    x, w, *rest = shapes
    axes, groups = len(w) - 2, attrs["groups"]
    batch, weights = prod(x[: -axes - 1]), prod(w[1:])
    views = ((batch, groups, w[0] // groups, prod(x[-axes:])), (groups, w[0] // groups, weights), *rest)
    last, sizes = (batch, groups, w[1], prod(out[-axes:])), window(shapes, out, attrs)
    scratch = memory(sizes, batch, groups, w[1], w[0] // groups)
    return Plan((*views, last), sizes, scratch=scratch, working=min(COLUMNS, weights * prod(x[-axes:])))


def work(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> int:
    """Return the multiplications."""
    return prod(shapes[0]) * prod(shapes[1][1:])


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """An element of x moves z by the weight that it writes there, a weight by the x that writes it, a bias its channel by 1."""
    x, w = inputs[:2]
    h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw = window((x.shape, w.shape), z.shape, attrs)
    across, along = (sh, ph, dh), (sw, pw, dw)
    images, kernels = x.reshape(-1, w.shape[0], high, broad), w.reshape(*w.shape[:2], tall, wide)
    spots, share = np.arange(z.size).reshape(-1, w.shape[1] * attrs["groups"], h, wx), w.shape[0] // attrs["groups"]
    if k == 2:
        moved = spots[:, e].reshape(-1)
        return moved, np.ones(moved.size, z.dtype)
    a, c, i, j = (int(n) for n in np.unravel_index(e, (images if k == 0 else kernels).shape))
    if k == 0:
        mine = slice(c // share * w.shape[1], (c // share + 1) * w.shape[1])
        rows, above = _written(i, tall, h, *across)
        columns, beside = _written(j, wide, wx, *along)
        moved, slopes = spots[a, mine], kernels[c]
        return moved[:, rows[:, None], columns].reshape(-1), slopes[:, above[:, None], beside].reshape(-1)
    (places, rows), (spans, columns) = read(i, high, h, *across), read(j, broad, wx, *along)
    moved, slopes = spots[:, a // share * w.shape[1] + c], images[:, a]
    return moved[:, rows[:, None], columns].reshape(-1), slopes[:, places[:, None], spans].reshape(-1)


def _written(at: int, kernel: int, large: int, stride: int, padding: int, dilation: int) -> tuple[Array, Array]:
    """Return where an element of x writes along one axis, and with which tap each."""
    taps = np.arange(kernel)
    to = at * stride + taps * dilation - padding
    fits = (to >= 0) & (to < large)
    return to[fits], taps[fits]
