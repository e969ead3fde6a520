"""What convolutions share: columns of an image, one for every place of the kernel, which a matrix product weighs.

The columns of the whole batch lie in the working memory from the forward to the backward pass: there the gradient of the
kernels is a product with them.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import compiled_for, gemm, helper, total
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._arguments import is_whole
from gradlab.ops._window import behind, first, numbers, pair, places, read, seen

ATTRS = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
RANKS = (4, 3, 4)
"""x: (sample, group, channel, place), W: (group, channel out, weight), z as x."""


def shape(name: str, axes: int) -> Any:
    """Make the shape rule of a convolution over some axes, with or without bias."""

    def rule(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
        x, w = shapes[:2]
        small = _sizes(name, axes, shapes, attrs)
        groups = attrs["groups"]
        channels = x[-axes - 1]
        if channels != w[1] * groups:
            shared = f" in {groups} groups" if groups > 1 else ""
            raise ShapeError(f"W of shape {w} reads {w[1] * groups} channels{shared}, x of shape {x} has {channels}")
        if w[0] % groups:
            raise ShapeError(f"{groups} groups cannot share the {w[0]} kernels of W of shape {w}")
        bias(shapes, w[0])
        return (*x[: -axes - 1], w[0], *small)

    return rule


def _sizes(name: str, axes: int, shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    x, w = shapes[:2]
    check_ranks(name, axes, x, w, "(channels out, channels / groups, …)")
    stride, padding, dilation = (
        pair(attrs, "stride", axes, 1),
        pair(attrs, "padding", axes, 0),
        pair(attrs, "dilation", axes, 1),
    )
    check_groups(attrs)
    return places(name, x[-axes:], w[2:], stride, padding, dilation)


def check_ranks(name: str, axes: int, x: Shape, w: Shape, kernels: str) -> None:
    """Refuse anything but one image or a batch of them, and a bank of kernels. Raises ShapeError."""
    if len(x) not in (axes + 1, axes + 2) or len(w) != axes + 2:
        sizes = "height, width" if axes == 2 else "length"
        kernels = kernels.replace("…", sizes)
        raise ShapeError(f"`{name}` takes x of shape (batch, channels, {sizes}) and W of {kernels}, got {x} and {w}")


def check_groups(attrs: dict[str, Any]) -> None:
    """Refuse a number of groups that is none. Raises ShapeError."""
    groups = attrs["groups"]
    if not is_whole(groups) or groups < 1:
        raise ShapeError(f"`groups` is a whole number, at least 1, got {groups!r}")


def bias(shapes: tuple[Shape, ...], kernels: int) -> None:
    """Refuse a bias that is not one number a kernel. Raises ShapeError."""
    if len(shapes) > 2 and shapes[2] != (kernels,):
        raise ShapeError(f"the bias of {kernels} kernels has shape ({kernels},), got {shapes[2]}")


def window(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> tuple[int, ...]:
    """Give the numbers of `INTS`: the kernel reads x at every place of z."""
    kernel = shapes[1][2:]
    axes = len(kernel)
    parts = (tuple(np.atleast_1d(attrs[name]).tolist()) for name in ("stride", "padding", "dilation"))
    return numbers(shapes[0][-axes:], kernel, out[-axes:], *parts)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See groups of channels of flat images; the working memory holds the columns, and the gradient of those of one image."""
    x, w, *rest = shapes
    axes, groups = len(w) - 2, attrs["groups"]
    batch, spots, weights = prod(x[: -axes - 1]), prod(out[-axes:]), prod(w[1:])
    views = ((batch, groups, w[1], prod(x[-axes:])), (groups, w[0] // groups, weights), *rest)
    last = (batch, groups, w[0] // groups, spots)
    return Plan((*views, last), window(shapes, out, attrs), scratch=(batch * groups + 1) * weights * spots)


def work(shapes: tuple[Shape, ...], out: Shape) -> int:
    """Give the multiplications."""
    return prod(out) * prod(shapes[1][1:])


def unfold(x: Array, columns: Array, h: int, w: int, tall: int, wide: int, high: int, broad: int,
           sh: int, sw: int, ph: int, pw: int, dh: int, dw: int) -> None:  # fmt: skip
    """Write what every tap reads at every place. x: (channels, h·w), columns: (channels·tall·wide, high·broad)."""
    source, target = x.reshape(-1, h, w), columns.reshape(-1, tall, wide, high, broad)
    target[...] = 0
    for i, j in np.ndindex(tall, wide):
        (rows, top), (cols, left) = read(i, high, h, sh, ph, dh), read(j, broad, w, sw, pw, dw)
        target[:, i, j, rows[:, None], cols] = source[:, top[:, None], left]


def fold(columns: Array, x: Array, h: int, w: int, tall: int, wide: int, high: int, broad: int,
         sh: int, sw: int, ph: int, pw: int, dh: int, dw: int) -> None:  # fmt: skip
    """Add every column to where it was read: what `unfold` does, backward."""
    target, source = x.reshape(-1, h, w), columns.reshape(-1, tall, wide, high, broad)
    for i, j in np.ndindex(tall, wide):
        (rows, top), (cols, left) = read(i, high, h, sh, ph, dh), read(j, broad, w, sw, pw, dw)
        target[:, top[:, None], left] += source[:, i, j, rows[:, None], cols]


@compiled_for(unfold)
def _unfold_loops(x: Array, columns: Array, h: int, w: int, tall: int, wide: int, high: int, broad: int,
                  sh: int, sw: int, ph: int, pw: int, dh: int, dw: int) -> None:  # fmt: skip
    for k in range(columns.shape[0]):
        c, i, j = k // (tall * wide), k // wide % tall, k % wide
        low, top = first(j, sw, pw, dw), behind(j, w, broad, sw, pw, dw)
        for y in range(high):
            row = y * sh + i * dh - ph
            target = columns[k, y * broad : (y + 1) * broad]
            if row < 0 or row >= h:
                for q in range(broad):
                    target[q] = 0.0
                continue
            for q in range(low):
                target[q] = 0.0
            for q in range(max(low, top), broad):
                target[q] = 0.0
            start = row * w + low * sw + j * dw - pw
            if sw == 1:
                inside, source = target[low:top], x[c, start : start + top - low]
                for q in range(inside.shape[0]):
                    inside[q] = source[q]
            else:
                for q in range(top - low):
                    target[low + q] = x[c, start + q * sw]


@compiled_for(fold)
def _fold_loops(columns: Array, x: Array, h: int, w: int, tall: int, wide: int, high: int, broad: int,
                sh: int, sw: int, ph: int, pw: int, dh: int, dw: int) -> None:  # fmt: skip
    for k in range(columns.shape[0]):
        c, i, j = k // (tall * wide), k // wide % tall, k % wide
        low, top = first(j, sw, pw, dw), behind(j, w, broad, sw, pw, dw)
        for y in range(high):
            row = y * sh + i * dh - ph
            if row < 0 or row >= h or top <= low:
                continue
            source, start = columns[k, y * broad + low : y * broad + top], row * w + low * sw + j * dw - pw
            if sw == 1:
                target = x[c, start : start + top - low]
                for q in range(target.shape[0]):
                    target[q] += source[q]
            else:
                for q in range(source.shape[0]):
                    x[c, start + q * sw] += source[q]


@helper
def correlate(x: Array, w: Array, z: Array, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
              sh: int, sw: int, ph: int, pw: int, dh: int, dw: int, add: bool, scratch: Array) -> None:  # fmt: skip
    """Write W · columns into z, or add it, and keep the columns."""
    k, p = w.shape[2], z.shape[3]
    for n in range(z.shape[0]):
        for q in range(z.shape[1]):
            at = (n * z.shape[1] + q) * k * p
            columns = scratch[at : at + k * p].reshape(k, p)
            unfold(x[n, q], columns, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw)
            gemm(w[q], columns, z[n, q], add)


@helper
def correlate_back(g: Array, w: Array, dx: Array, dw_: Array, add_x: bool, add_w: bool, h: int, wx: int,
                   tall: int, wide: int, high: int, broad: int, sh: int, sw: int, ph: int, pw: int, dh: int, dw: int,
                   scratch: Array) -> None:  # fmt: skip
    """Send to the image, place by place, and to the kernels what the columns say."""
    k, p, groups = w.shape[2], g.shape[3], g.shape[1]
    last = g.shape[0] * groups * k * p
    sent = scratch[last : last + k * p].reshape(k, p)
    wipe(dw_, add_w)
    for n in range(g.shape[0]):
        for q in range(groups):
            at = (n * groups + q) * k * p
            columns, image = scratch[at : at + k * p].reshape(k, p), dx[n, q]
            gemm(g[n, q], columns.T, dw_[q], True)
            gemm(w[q].T, g[n, q], sent, False)
            if not add_x:
                for c in range(image.shape[0]):
                    for i in range(image.shape[1]):
                        image[c, i] = 0.0
            fold(sent, image, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw)


@helper
def wipe(x: Array, add: bool) -> None:
    """Zero a bank of kernels, unless it is added to."""
    if not add:
        for a in range(x.shape[0]):
            for b in range(x.shape[1]):
                for c in range(x.shape[2]):
                    x[a, b, c] = 0.0


@helper
def put_bias(b: Array, z: Array) -> None:
    """Write the bias of its kernel everywhere. z: (sample, group, channel, place)."""
    for n in range(z.shape[0]):
        for q in range(z.shape[1]):
            for o in range(z.shape[2]):
                line, value = z[n, q, o], b[q * z.shape[2] + o]
                for p in range(line.shape[0]):
                    line[p] = value


@helper
def sum_bias(g: Array, db: Array, add: bool) -> None:
    """Send to each bias the sum over its channel."""
    for j in range(db.shape[0]):
        if not add:
            db[j] = 0.0
        q, o = j // g.shape[2], j % g.shape[2]
        for n in range(g.shape[0]):
            db[j] += total(g[n, q, o])


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """An element of x moves z by the weight that reads it there, a weight by what it reads, a bias its channel by 1."""
    x, w = inputs[:2]
    h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw = window((x.shape, w.shape), z.shape, attrs)
    across, along = (sh, ph, dh), (sw, pw, dw)
    images, kernels = x.reshape(-1, w.shape[1] * attrs["groups"], h, wx), w.reshape(*w.shape[:2], tall, wide)
    spots, share = np.arange(z.size).reshape(-1, w.shape[0], high, broad), w.shape[0] // attrs["groups"]
    if k == 2:
        moved = spots[:, e].reshape(-1)
        return moved, np.ones(moved.size, z.dtype)
    a, c, i, j = (int(n) for n in np.unravel_index(e, (images if k == 0 else kernels).shape))
    if k == 0:
        (rows, above), (columns, beside) = seen(i, high, tall, *across), seen(j, broad, wide, *along)
        mine = slice(c // w.shape[1] * share, (c // w.shape[1] + 1) * share)
        moved, slopes = spots[a, mine], kernels[mine, c % w.shape[1]]
        return moved[:, rows[:, None], columns].reshape(-1), slopes[:, above[:, None], beside].reshape(-1)
    (rows, above), (columns, beside) = read(i, high, h, *across), read(j, broad, wx, *along)
    moved, slopes = spots[:, a], images[:, a // share * w.shape[1] + c]
    return moved[:, rows[:, None], columns].reshape(-1), slopes[:, above[:, None], beside].reshape(-1)
