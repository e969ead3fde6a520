"""What convolutions share: the sums under a kernel that walks over an image, and the two directions back.

What is marked `emitted` is LLVM code in a kernel: `gradlab.kernels.window` says the same without columns, and
`gradlab.kernels.columns` with columns of all samples side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.kernels.rows import Columns, Window
from gradlab.numeric import emitted, gemm
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._arguments import is_whole
from gradlab.ops._window import axes_of, numbers, pair, places, read, seen, taps
from gradlab.terms import Maker, Term

ATTRS = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
RANKS = (4, 3, 4)
"""x: (sample, group, channel, place), W: (group, channel out, weight), z as x."""
COLUMNS = 1 << 22
"""Elements of columns that are there at once: of a large image only some places are unfolded at a time."""


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
        sizes = axes_of(axes)
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
    """Return the numbers of `INTS`: the kernel reads x at every place of z."""
    kernel = shapes[1][2:]
    axes = len(kernel)
    parts = (tuple(np.atleast_1d(attrs[name]).tolist()) for name in ("stride", "padding", "dilation"))
    return numbers(shapes[0][-axes:], kernel, out[-axes:], *parts)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See groups of channels of flat images."""
    x, w, *rest = shapes
    axes, groups = len(w) - 2, attrs["groups"]
    batch, spots, weights = prod(x[: -axes - 1]), prod(out[-axes:]), prod(w[1:])
    views = ((batch, groups, w[1], prod(x[-axes:])), (groups, w[0] // groups, weights), *rest)
    last, sizes = (batch, groups, w[0] // groups, spots), window(shapes, out, attrs)
    scratch = memory(sizes, batch, groups, w[1], w[0] // groups)
    return Plan((*views, last), sizes, scratch=scratch, working=min(COLUMNS, weights * spots))


def memory(sizes: tuple[int, ...], samples: int, groups: int, channels: int, kernels: int) -> int:
    """Return the elements of working memory, for so many channels of the large and of the small image a group.

    Where small images are sent through many kernels there is room for columns: by that a kernel knows that it uses them.
    """
    places, size = sizes[4] * sizes[5], int(Window(samples * groups, channels, kernels, sizes).size)
    if samples and 0 < places <= Columns.PLACES and min(channels, kernels) >= Columns.CHANNELS:
        size += int(Columns(samples, channels, kernels, sizes).size)
    return size


def work(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> int:
    """Return the multiplications."""
    return prod(out) * prod(shapes[1][1:])


def unfold(x: Array, columns: Array, h: int, w: int, tall: int, wide: int, high: int, broad: int,
           sh: int, sw: int, ph: int, pw: int, dh: int, dw: int) -> None:  # fmt: skip
    """Write what every tap reads at every place. x: (channels, h·w), columns: (channels·tall·wide, high·broad)."""
    source, target = x.reshape(x.shape[0], h, w), columns.reshape(x.shape[0], tall, wide, high, broad)
    target[...] = 0
    for (i, j), (rows, along), (top, left) in taps(h, w, tall, wide, high, broad, sh, sw, ph, pw, dh, dw):
        target[:, i, j, rows, along] = source[:, top, left]


def fold(columns: Array, x: Array, h: int, w: int, tall: int, wide: int, high: int, broad: int,
         sh: int, sw: int, ph: int, pw: int, dh: int, dw: int) -> None:  # fmt: skip
    """Add every column to where it was read: what `unfold` does, backward."""
    target, source = x.reshape(x.shape[0], h, w), columns.reshape(x.shape[0], tall, wide, high, broad)
    for (i, j), (rows, along), (top, left) in taps(h, w, tall, wide, high, broad, sh, sw, ph, pw, dh, dw):
        target[:, top, left] += source[:, i, j, rows, along]


def stretches(depth: int, sizes: tuple[int, ...]) -> Iterator[tuple[slice, tuple[int, ...]]]:
    """Return pieces of the flat small image whose columns are few enough, each with the numbers of the window on it."""
    h, w, tall, wide, high, broad, sh, sw, ph, pw, dh, dw = sizes
    most = max(1, COLUMNS // max(1, depth))
    down, across = (max(1, min(high, most // max(1, broad))), broad) if broad <= most else (1, most)
    for y in range(0, high if broad else 0, down):
        for q in range(0, broad, across):
            rows, places = min(down, high - y), min(across, broad - q)
            start = y * broad + q
            yield (
                slice(start, start + rows * places),
                (h, w, tall, wide, rows, places, sh, sw, ph - y * sh, pw - q * sw, dh, dw),
            )


@emitted
def look(x: Array, w: Array, b: Array | None, z: Array, add: bool, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
         sh: int, sw: int, ph: int, pw: int, dh: int, dw: int,
         scratch: Array) -> None:  # fmt: skip
    """Write what the kernels see, and a bias, or add it to what is there. x: the large images, z: the small ones."""
    if b is not None:
        put_bias(b, z)
    sizes = (h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw)
    for part, some in stretches(w.shape[2], sizes):
        columns = np.empty((w.shape[2], part.stop - part.start), x.dtype)
        for n, q in np.ndindex(*z.shape[:2]):
            unfold(x[n, q], columns, *some)
            gemm(w[q], columns, z[n, q][:, part], add or b is not None)


@emitted
def send(z: Array, w: Array, x: Array, add: bool, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
         sh: int, sw: int, ph: int, pw: int, dh: int, dw: int,
         scratch: Array) -> None:  # fmt: skip
    """Write into the large images x the kernels at every place of the small ones z, weighed by it, or add that."""
    if not add:
        x[...] = 0
    sizes = (h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw)
    for part, some in stretches(w.shape[2], sizes):
        for n, q in np.ndindex(*z.shape[:2]):
            fold(w[q].T @ z[n, q][:, part], x[n, q], *some)


@emitted
def weigh(x: Array, z: Array, w: Array, add: bool, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
          sh: int, sw: int, ph: int, pw: int, dh: int, dw: int,
          scratch: Array) -> None:  # fmt: skip
    """Write for every weight the sum over all places of what it reads in x times what stands in z, or add it.

    In a kernel `look` has left x in the working memory.
    """
    if not add:
        w[...] = 0
    sizes = (h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw)
    for part, some in stretches(w.shape[2], sizes):
        columns = np.empty((w.shape[2], part.stop - part.start), x.dtype)
        for n, q in np.ndindex(*z.shape[:2]):
            unfold(x[n, q], columns, *some)
            w[q] += z[n, q][:, part] @ columns.T


@emitted
def put_bias(b: Array, z: Array) -> None:
    """Write the bias of its kernel everywhere. z: (sample, group, channel, place)."""
    z[...] = b.reshape(1, z.shape[1], z.shape[2], 1)


@emitted
def sum_bias(g: Array, db: Array, add: bool) -> None:
    """Send to each bias the sum over its channel."""
    sums = g.sum(axis=(0, 3)).reshape(-1)
    db[...] = db + sums if add else sums


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


def weights_gradient(m: Maker, large: Term, small: Term, w: Shape, grid: Mapping[str, Any]) -> Term:
    """Write down what weights get that read the large images where the small ones stand: a convolution of one with the other.

    Samples take the place of channels and channels that of samples, stride that of dilation.
    """
    groups, (kernels, channels, *kernel) = grid["groups"], w
    batch = prod(large.shape[:-3])
    split = m.reshape(large, shape=(batch, groups, channels, *large.shape[-2:]))
    images = m.reshape(m.transpose(split, axes=(2, 1, 0, 3, 4)), shape=(channels, groups * batch, *large.shape[-2:]))
    banks = m.transpose(m.reshape(small, shape=(batch, kernels, *small.shape[-2:])), axes=(1, 0, 2, 3))
    turned = {"stride": grid["dilation"], "dilation": grid["stride"], "padding": grid["padding"], "groups": groups}
    seen = m.conv2d(images, banks, **turned)
    read = m.index(seen, key=(..., slice(kernel[0]), slice(kernel[1])))
    return m.transpose(read, axes=(1, 0, 2, 3))  # type: ignore[no-any-return]


def bias_gradient(m: Maker, g: Term) -> Term:
    """Write down the sum over everything but the channels of images."""
    return m.sum(g, axis=tuple(i for i in range(g.rank) if i != g.rank - 3))  # type: ignore[no-any-return]


def images_gradient(m: Maker, g: Term, x: Shape, w: Term, grid: Mapping[str, Any]) -> Term:
    """Write down what the images get that a convolution reads: the kernels at every place of g, weighed by it."""
    steps = zip(x[-2:], g.shape[-2:], w.shape[-2:], *(grid[name] for name in ("stride", "padding", "dilation")), strict=True)
    more = tuple(n - ((small - 1) * s - 2 * p + d * (k - 1) + 1) for n, small, k, s, p, d in steps)
    return m.conv_transpose2d(g, w, output_padding=more, **grid)  # type: ignore[no-any-return]
