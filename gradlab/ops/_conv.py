"""What convolutions share: the sums under a kernel that walks over an image, and the two directions back.

Kernels first copy every image with its padding into the working memory, a phase of the stride after the other. Then what a tap
reads at all places lies in one piece, some columns too many included, and three sums of such pieces are all that there is.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import LANES, compiled_for, dots, gemm, helper, slide, total
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._arguments import is_whole
from gradlab.ops._window import behind, first, numbers, pair, places, read, seen

ATTRS = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
CHUNK = 2048
"""Elements of a channel, over several images, that one sum for a weight runs through: so much stays in the cache."""
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
    """See groups of channels of flat images."""
    x, w, *rest = shapes
    axes, groups = len(w) - 2, attrs["groups"]
    batch, spots, weights = prod(x[: -axes - 1]), prod(out[-axes:]), prod(w[1:])
    views = ((batch, groups, w[1], prod(x[-axes:])), (groups, w[0] // groups, weights), *rest)
    last, sizes = (batch, groups, w[0] // groups, spots), window(shapes, out, attrs)
    return Plan((*views, last), sizes, scratch=memory(sizes, batch * groups, w[1], w[0] // groups))


def memory(sizes: tuple[int, ...], count: int, channels: int, kernels: int) -> int:
    """Give the elements of working memory: packed large images, spread small ones, the taps, and the sums of one image."""
    _, _, tall, wide, high, broad, sh, sw, _, _, dh, dw = sizes
    _, columns, plane, strip = spans(tall, wide, high, broad, sh, sw, dh, dw)
    return regions(count, channels, kernels, plane, strip, columns, tall * wide)[2] + max(channels, kernels) * strip


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


def look(x: Array, w: Array, z: Array, add: bool, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
         sh: int, sw: int, ph: int, pw: int, dh: int, dw: int,
         scratch: Array) -> None:  # fmt: skip
    """Write what the kernels see, or add it. x: the large images, z: the small ones."""
    columns = np.empty((w.shape[2], z.shape[3]), x.dtype)
    for n, q in np.ndindex(*z.shape[:2]):
        unfold(x[n, q], columns, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw)
        gemm(w[q], columns, z[n, q], add)


def send(z: Array, w: Array, x: Array, add: bool, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
         sh: int, sw: int, ph: int, pw: int, dh: int, dw: int,
         scratch: Array) -> None:  # fmt: skip
    """Write into the large images x the kernels at every place of the small ones z, weighed by it, or add that."""
    if not add:
        x[...] = 0
    for n, q in np.ndindex(*z.shape[:2]):
        fold(w[q].T @ z[n, q], x[n, q], h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw)


def weigh(x: Array, z: Array, w: Array, add: bool, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
          sh: int, sw: int, ph: int, pw: int, dh: int, dw: int,
          scratch: Array) -> None:  # fmt: skip
    """Write for every weight the sum over all places of what it reads in x times what stands in z, or add it.

    In a kernel `look` has left x and `send` has left z in the working memory.
    """
    columns = np.empty((w.shape[2], z.shape[3]), x.dtype)
    if not add:
        w[...] = 0
    for n, q in np.ndindex(*z.shape[:2]):
        unfold(x[n, q], columns, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw)
        w[q] += z[n, q] @ columns.T


@helper
def spans(tall: int, wide: int, high: int, broad: int, sh: int, sw: int, dh: int, dw: int) -> tuple[int, int, int, int]:
    """Give rows and columns of a packed image, and the elements of a channel in it and in a spread small image."""
    rows, columns = high + (tall - 1) * dh // sh, broad + (wide - 1) * dw // sw
    lead = (rows - high) * columns + columns - broad
    return rows, columns, sh * sw * rows * columns, lead + rounded(rows * columns)


@helper
def rounded(n: int) -> int:
    """Give the next whole number of lanes."""
    return (n + LANES - 1) // LANES * LANES


@helper
def regions(count: int, channels: int, kernels: int, plane: int, strip: int, columns: int, taps: int) -> tuple[int, int, int]:
    """Give where in the working memory the spread small images begin, the table of taps, and the sums of one image."""
    small = count * channels * plane + columns + rounded(1)
    table = small + count * kernels * strip
    return small, table, table + 2 * taps


@compiled_for(look)
def _look_loops(x: Array, w: Array, z: Array, add: bool, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
                sh: int, sw: int, ph: int, pw: int, dh: int, dw: int,
                scratch: Array) -> None:  # fmt: skip
    rows, columns, plane, strip = spans(tall, wide, high, broad, sh, sw, dh, dw)
    groups, channels, kernels, taps = x.shape[1], x.shape[2], z.shape[2], tall * wide
    small, table, sums = regions(x.shape[0] * groups, channels, kernels, plane, strip, columns, taps)
    for k in range(taps):
        i, j = k // wide * dh, k % wide * dw
        scratch[table + k] = k
        scratch[table + taps + k] = (i % sh * sw + j % sw) * rows * columns + i // sh * columns + j // sw
    clear(scratch[x.shape[0] * groups * channels * plane : small])
    width = rounded(high * columns)
    for n in range(x.shape[0]):
        for q in range(groups):
            at = (n * groups + q) * channels * plane
            for c in range(channels):
                pack(x[n, q, c], scratch[at + c * plane : at + (c + 1) * plane], rows, columns, h, wx, sh, sw, ph, pw)
            slide(
                scratch,
                w[q],
                scratch,
                (at, plane, channels, table, taps, channels * taps, taps, kernels, sums, width, width, 0),
            )
            for o in range(kernels):
                for y in range(high):
                    line = scratch[sums + o * width + y * columns : sums + o * width + y * columns + broad]
                    move(line, z[n, q, o, y * broad : (y + 1) * broad], add)


@helper
def pack(image: Array, to: Array, rows: int, columns: int, h: int, w: int, sh: int, sw: int, ph: int, pw: int) -> None:
    """Copy an image with its padding: for a stride of more than 1 each phase of it is an image of its own."""
    for part in range(sh * sw):
        a, b = part // sw, part % sw
        low, top = first(b, sw, pw, 1), behind(b, w, columns, sw, pw, 1)
        for y in range(rows):
            at, row = (part * rows + y) * columns, y * sh + a - ph
            line = to[at : at + columns]
            if row < 0 or row >= h or top <= low:
                clear(line)
                continue
            clear(line[:low])
            clear(line[top:])
            inside, start = line[low:top], row * w + low * sw + b - pw
            if sw == 1:
                move(image[start : start + top - low], inside, False)
            else:
                for i in range(inside.shape[0]):
                    inside[i] = image[start + i * sw]


@helper
def clear(line: Array) -> None:
    """Write zeros."""
    for i in range(line.shape[0]):
        line[i] = 0.0


@helper
def move(source: Array, target: Array, add: bool) -> None:
    """Copy a row, or add it."""
    if add:
        for i in range(target.shape[0]):
            target[i] += source[i]
    else:
        for i in range(target.shape[0]):
            target[i] = source[i]


@compiled_for(send)
def _send_loops(z: Array, w: Array, x: Array, add: bool, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
                sh: int, sw: int, ph: int, pw: int, dh: int, dw: int,
                scratch: Array) -> None:  # fmt: skip
    rows, columns, plane, strip = spans(tall, wide, high, broad, sh, sw, dh, dw)
    groups, channels, kernels, taps = x.shape[1], x.shape[2], z.shape[2], tall * wide
    small, table, sums = regions(x.shape[0] * groups, channels, kernels, plane, strip, columns, taps)
    width = rounded(rows * columns)
    lead = strip - width
    count = 0
    for m in range(x.shape[0] * groups):
        at, n, q = small + m * kernels * strip, m // groups, m % groups
        for o in range(kernels):
            spread(z[n, q, o], scratch[at + o * strip : at + (o + 1) * strip], lead, high, broad, columns)
        for c in range(0 if add else channels):
            clear(x[n, q, c])
        for part in range(sh * sw):
            a, b = part // sw, part % sw
            if m == 0 or sh * sw > 1:
                count = taps_of(scratch[table:sums], a, b, lead, columns, tall, wide, sh, sw, dh, dw)
            if count == 0:
                continue
            numbers = (at, strip, kernels, table, count, taps, channels * taps, channels, sums, width, width, 0)
            slide(scratch, w[q], scratch, numbers)
            for c in range(channels):
                sent = scratch[sums + c * width : sums + (c + 1) * width]
                unpack(sent, x[n, q, c], a, b, rows, columns, h, wx, sh, sw, ph, pw)


@helper
def taps_of(table: Array, a: int, b: int, lead: int, columns: int, tall: int, wide: int, sh: int, sw: int,
            dh: int, dw: int) -> int:  # fmt: skip
    """List the taps that write into a phase, and how far before its own place each finds what it weighs; give how many."""
    count = 0
    for k in range(tall * wide):
        if k // wide * dh % sh == a and k % wide * dw % sw == b:
            table[count] = k
            count += 1
    for k in range(count):
        tap = int(table[k])
        table[count + k] = lead - tap // wide * dh // sh * columns - tap % wide * dw // sw
    return count


@helper
def unpack(sent: Array, image: Array, a: int, b: int, rows: int, columns: int, h: int, w: int, sh: int, sw: int,
           ph: int, pw: int) -> None:  # fmt: skip
    """Add a phase to its places in an image."""
    low, top = first(b, sw, pw, 1), behind(b, w, columns, sw, pw, 1)
    for y in range(first(a, sh, ph, 1), behind(a, h, rows, sh, ph, 1)):
        line, start = sent[y * columns + low : y * columns + top], (y * sh + a - ph) * w + low * sw + b - pw
        if sw == 1:
            move(line, image[start : start + top - low], True)
        else:
            for i in range(line.shape[0]):
                image[start + i * sw] += line[i]


@helper
def spread(image: Array, to: Array, lead: int, high: int, broad: int, columns: int) -> None:
    """Copy a small image with its rows as far apart as those of a packed one, and zeros everywhere else."""
    clear(to)
    for y in range(high):
        move(image[y * broad : (y + 1) * broad], to[lead + y * columns : lead + y * columns + broad], False)


@compiled_for(weigh)
def _weigh_loops(x: Array, z: Array, w: Array, add: bool, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
                 sh: int, sw: int, ph: int, pw: int, dh: int, dw: int,
                 scratch: Array) -> None:  # fmt: skip
    rows, columns, plane, strip = spans(tall, wide, high, broad, sh, sw, dh, dw)
    groups, channels, kernels, taps = x.shape[1], x.shape[2], z.shape[2], tall * wide
    small, table, _ = regions(x.shape[0] * groups, channels, kernels, plane, strip, columns, taps)
    for k in range(taps):
        i, j = k // wide * dh, k % wide * dw
        scratch[table + taps + k] = (i % sh * sw + j % sw) * rows * columns + i // sh * columns + j // sw
    wipe(w, add)
    width, lead = rounded(high * columns), strip - rounded(rows * columns)
    several = max(1, CHUNK // max(1, width))
    for q in range(groups):
        for n in range(0, x.shape[0], several):
            at, images = n * groups + q, min(several, x.shape[0] - n)
            left, right = (
                (at * channels * plane, groups * channels * plane),
                (small + at * kernels * strip + lead, groups * kernels * strip),
            )
            dots(scratch, scratch, w[q], (left[0], left[1], plane, channels, table, taps, right[0], right[1], strip, kernels,
                                          width, images, channels * taps, taps, 0))  # fmt: skip


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
