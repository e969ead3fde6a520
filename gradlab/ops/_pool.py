"""What pools share: a window that walks over every channel of an image, or of a signal as an image of one row."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.numeric import compiled_for, emitted, helper
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._arguments import flag
from gradlab.ops._reduce import counting
from gradlab.ops._window import Pair, axes_of, behind, first, numbers, pair, places, read, seen, taps, written
from gradlab.terms import Maker, Term

ATTRS = {"kernel_size": REQUIRED, "stride": None, "padding": 0}
MAX_ATTRS = {**ATTRS, "dilation": 1, "ceil_mode": False}
AVERAGE_ATTRS = {**ATTRS, "count_include_pad": True, "ceil_mode": False}
STEP = 20
"""Elements that take as long as one step to the next place in a window: without kernels that is a call of NumPy."""
RANKS = (2, 2)
"""x: (channel of a sample, place), z: the same."""


def sizes(name: str, axes: int, x: Shape, attrs: dict[str, Any]) -> Shape:
    """Return the sizes of the small grid, and normalise the attributes. Raises ShapeError."""
    if len(x) < axes + 1:
        raise ShapeError(f"`{name}` takes x of shape (…, channels, {axes_of(axes)}), got {x}")
    kernel = pair(attrs, "kernel_size", axes, 1)
    if attrs["stride"] is None:
        attrs["stride"] = attrs["kernel_size"]
    stride, padding = pair(attrs, "stride", axes, 1), pair(attrs, "padding", axes, 0)
    over, dilation = flag(attrs, "ceil_mode"), (1,) * axes
    if "dilation" in attrs:
        dilation = pair(attrs, "dilation", axes, 1)
    if any(2 * p > k for p, k in zip(padding, kernel, strict=True)):
        raise ShapeError(f"`padding` is at most half the window, got {attrs['padding']} for {attrs['kernel_size']}")
    small = places(name, x[-axes:], kernel, stride, padding, dilation, over)
    if 0 in x[-axes:]:
        raise ShapeError(f"a window of `{name}` sees nothing but padding in x of shape {x}")
    for n, k, m, s, p, d in zip(x[-axes:], kernel, small, stride, padding, dilation, strict=True):
        _check_sight(name, n, k, range(-p, min(m * s - p, 0), s), d)
    return small


def _check_sight(name: str, size: int, kernel: int, beginnings: range, dilation: int) -> None:
    """Refuse a window that begins in the padding and, as its taps are spread, sees nothing else. Raises ShapeError."""
    for at in beginnings if dilation > 1 else ():
        tap = -(at // dilation)
        if tap >= kernel or at + tap * dilation >= size:
            raise ShapeError(f"a window of `{name}` sees nothing but padding: its taps, {dilation} apart, step over {size}")


def shape(name: str, axes: int) -> Any:
    """Make the shape rule of a pool over some axes."""

    def rule(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
        return (*shapes[0][:-axes], *sizes(name, axes, shapes[0], attrs))

    return rule


def pairs(attrs: Attrs) -> tuple[Pair, Pair, Pair]:
    """Return kernel, stride and padding as tuples."""
    kernel, stride, padding = (tuple(np.atleast_1d(attrs[n]).tolist()) for n in ("kernel_size", "stride", "padding"))
    return kernel, stride, padding


def spread_of(attrs: Attrs, axes: int) -> Pair:
    """Return the dilation as a tuple; pools without one have 1."""
    given = attrs.get("dilation", 1)
    return tuple(given) if isinstance(given, tuple) else (int(given),) * axes


def window(x: Shape, small: Shape, attrs: Attrs) -> tuple[int, ...]:
    """Return the numbers of `INTS` for an image x and a small grid, both with any axes before."""
    kernel, stride, padding = pairs(attrs)
    axes = len(kernel)
    return numbers(x[-axes:], kernel, small[-axes:], stride, padding, spread_of(attrs, axes))


def views(x: Shape, small: Shape, attrs: Attrs) -> tuple[Shape, Shape]:
    """See flat images."""
    axes = len(pairs(attrs)[0])
    lines = prod(x[:-axes])
    return (lines, prod(x[-axes:])), (lines, prod(small[-axes:]))


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Walk over flat images."""
    return Plan(views(shapes[0], out, attrs), window(shapes[0], out, attrs))


def work(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> int:
    """Return how many elements all windows read, of each place in a window `STEP` at least."""
    return max(prod(out), STEP) * prod(pairs(attrs)[0])


def average_shape(name: str, axes: int) -> Any:
    """Make the shape rule of a mean, whose count may leave the padding out."""
    pooled = shape(name, axes)

    def rule(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
        flag(attrs, "count_include_pad")
        return tuple(pooled(shapes, attrs))

    return rule


def average_plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Walk over flat images, with one further number: whether the padding counts."""
    made = plan(shapes, out, attrs)
    return replace(made, ints=(*made.ints, int(attrs["count_include_pad"])))


def switched_plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Walk over flat images; the working memory holds the place of every winner in its image."""
    return Plan(views(shapes[0], out, attrs), window(shapes[0], out, attrs), scratch=prod(out))


GLOBAL_RANKS = (2, 1)


def global_shape(name: str) -> Any:
    """Make the shape rule of a pool over whole images."""

    def rule(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
        x = shapes[0]
        if len(x) < 3:
            raise ShapeError(f"`{name}` takes x of shape (…, channels, height, width), got {x}")
        if 0 in x[-2:]:
            raise ShapeError(f"`{name}` takes images of at least one element, got {written(x[-2:])}")
        return x[:-2]

    return rule


def global_plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See flat images."""
    return Plan(((prod(out), prod(shapes[0][-2:])), (prod(out),)))


def beginnings(places: int, stride: int, padding: int, dilation: int) -> Array:
    """Return for every place along an axis the first element that its window sees."""
    at = np.arange(places) * stride - padding
    return np.asarray(at + (np.maximum(-at, 0) + dilation - 1) // dilation * dilation)


@emitted
def pick(x: Array, z: Array, won: Array, h: int, w: int, tall: int, wide: int, high: int, broad: int,
         sh: int, sw: int, ph: int, pw: int, dh: int, dw: int) -> None:  # fmt: skip
    """Write the greatest element of every window into z, and its place. Of equals the first wins, NaN over all numbers."""
    images, best, winner = x.reshape(-1, h, w), z.reshape(-1, high, broad), won.reshape(-1, high, broad)
    spots = np.arange(h * w).reshape(h, w)
    best[...] = -np.inf
    above, before = beginnings(high, sh, ph, dh), beginnings(broad, sw, pw, dw)
    winner[...] = above[:, None] * w + before  # of a window of nothing but -inf the first wins
    for _, (rows, along), (top, left) in taps(h, w, tall, wide, high, broad, sh, sw, ph, pw, dh, dw):
        found, kept = images[:, top, left], best[:, rows, along]
        wins = (found > kept) | (np.isnan(found) & ~np.isnan(kept))
        np.copyto(kept, found, where=wins)
        np.copyto(winner[:, rows, along], spots[top, left], where=wins)


@emitted
def route(g: Array, z: Array, won: Array, dx: Array) -> None:
    """Add every gradient to the place of its winner; NaN where the winner z is NaN."""
    np.add.at(dx, (np.arange(len(dx))[:, None], won.astype(np.int64)), np.where(np.isnan(z), z, g))


@emitted
def collect(g: Array, won: Array, dy: Array) -> None:
    """Add to every element the gradient of its winner's place."""
    dy += np.take_along_axis(g, won.astype(np.int64), axis=1)


@emitted
def clear(z: Array) -> None:
    """Write zeros."""
    z[...] = 0.0


@helper
def share(y: int, size: int, taps: int, stride: int, padding: int, whole: bool) -> int:
    """Return how many taps of a window read no padding along one axis; `whole` counts these, but none beyond the padding."""
    at = y * stride - padding
    return min(size + padding, at + taps) - at if whole else min(size, at + taps) - max(0, at)


def average(x: Array, z: Array, whole: bool, h: int, w: int, tall: int, wide: int, high: int, broad: int,
            sh: int, sw: int, ph: int, pw: int, dh: int, dw: int) -> None:  # fmt: skip
    """Write the mean of every window into z; `whole` counts the padding as zeros."""
    images, out = x.reshape(-1, h, w), z.reshape(-1, high, broad)
    out[...] = 0
    for i, j in np.ndindex(tall, wide):
        (rows, top), (cols, left) = read(i, high, h, sh, ph, dh), read(j, broad, w, sw, pw, dw)
        out[:, rows[:, None], cols] += images[:, top[:, None], left]
    out /= counts(whole, (h, w), (tall, wide), (high, broad), (sh, sw), (ph, pw))


def counts(whole: bool, large: Shape, kernel: Shape, small: Shape, stride: Pair, padding: Pair) -> Array:
    """Return by how much the sum of every window is divided. Shape: that of the small grid."""
    down, across = (
        np.array([share(y, n, k, s, p, whole) for y in range(m)])
        for n, k, m, s, p in zip(large, kernel, small, stride, padding, strict=True)
    )
    return np.asarray(down[:, None] * across)


@compiled_for(average)
def _average_loops(x: Array, z: Array, whole: bool, h: int, w: int, tall: int, wide: int, high: int, broad: int,
                   sh: int, sw: int, ph: int, pw: int, dh: int, dw: int) -> None:  # fmt: skip
    for n in range(z.shape[0]):
        for y in range(high):
            out = z[n, y * broad : (y + 1) * broad]
            for q in range(broad):
                out[q] = 0.0
            for i in range(tall):
                row = y * sh + i * dh - ph
                if row < 0 or row >= h:
                    continue
                for j in range(wide):
                    low, top = first(j, sw, pw, dw), behind(j, w, broad, sw, pw, dw)
                    line = x[n, row * w + low * sw + j * dw - pw : row * w + w]
                    for q in range(top - low):
                        out[low + q] += line[q * sw]
            rows = share(y, h, tall, sh, ph, whole)
            for q in range(broad):
                out[q] /= rows * share(q, w, wide, sw, pw, whole)


def spread(g: Array, dx: Array, whole: bool, h: int, w: int, tall: int, wide: int, high: int, broad: int,
           sh: int, sw: int, ph: int, pw: int, dh: int, dw: int) -> None:  # fmt: skip
    """Add to every element its part of the mean of every window that it lies in."""
    part = g.reshape(-1, high, broad) / counts(whole, (h, w), (tall, wide), (high, broad), (sh, sw), (ph, pw))
    images = dx.reshape(-1, h, w)
    for i, j in np.ndindex(tall, wide):
        (rows, top), (cols, left) = read(i, high, h, sh, ph, dh), read(j, broad, w, sw, pw, dw)
        images[:, top[:, None], left] += part[:, rows[:, None], cols]


@compiled_for(spread)
def _spread_loops(g: Array, dx: Array, whole: bool, h: int, w: int, tall: int, wide: int, high: int, broad: int,
                  sh: int, sw: int, ph: int, pw: int, dh: int, dw: int) -> None:  # fmt: skip
    for n in range(g.shape[0]):
        for y in range(high):
            rows = share(y, h, tall, sh, ph, whole)
            for i in range(tall):
                row = y * sh + i * dh - ph
                if row < 0 or row >= h:
                    continue
                for j in range(wide):
                    low, top = first(j, sw, pw, dw), behind(j, w, broad, sw, pw, dw)
                    line, part = dx[n, row * w + low * sw + j * dw - pw : row * w + w], g[n, y * broad + low : y * broad + top]
                    for q in range(top - low):
                        line[q * sw] += part[q] / (rows * share(low + q, w, wide, sw, pw, whole))


def winners(x: Array, small: Shape, attrs: Attrs) -> Array:
    """Return the flat place in x of the winner of every window. Shape: that of z."""
    images, spots = views(x.shape, small, attrs)
    z, won = np.empty(spots, x.dtype), np.empty(spots)
    pick(x.reshape(images), z, won, *window(x.shape, small, attrs))
    return (won.astype(np.int64) + np.arange(images[0])[:, None] * images[1]).reshape(small)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return who wins every window."""
    return winners(inputs[0], z.shape, attrs)


def max_local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """An element moves every window that it wins by 1."""
    spots, _ = windows_of(e, inputs[0].shape, z.shape, attrs)
    won = winners(inputs[0], z.shape, attrs).reshape(-1)[spots] == e
    return spots, won.astype(z.dtype)


def average_local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """An element moves every window that sees it by 1 / count."""
    spots, (down, across) = windows_of(e, inputs[0].shape, z.shape, attrs)
    h, w, tall, wide, high, broad, sh, sw, ph, pw, _, _ = window(inputs[0].shape, z.shape, attrs)
    divisors = counts(attrs["count_include_pad"], (h, w), (tall, wide), (high, broad), (sh, sw), (ph, pw))
    return spots, (1.0 / divisors[down, across]).astype(z.dtype)


def windows_of(e: int, x: Shape, small: Shape, attrs: Attrs) -> tuple[Array, tuple[Array, Array]]:
    """Return the flat places in z of the windows that see element e, and the row and column of each."""
    h, w, tall, wide, high, broad, sh, sw, ph, pw, dh, dw = window(x, small, attrs)
    image, row, column = (int(n) for n in np.unravel_index(e, (max(1, prod(x) // (h * w)), h, w)))
    rows, columns = seen(row, high, tall, sh, ph, dh)[0], seen(column, broad, wide, sw, pw, dw)[0]
    down, across = np.repeat(rows, columns.size), np.tile(columns, rows.size)
    return (image * high + down) * broad + across, (down, across)


def spread_gradient(m: Maker, g: Term, x: Term, kernel: Pair, stride: Pair, padding: Pair, whole: bool) -> Term:
    """Write down the part of the mean of every window for every element of an image: windows of ones, laid over one another."""
    ones = m.expand(1.0, shape=(1, 1, *kernel))
    part, places = _divided(m, g, x, kernel, stride, padding, whole), g.shape[-2:]
    reached = [(y - 1) * s - 2 * p + k for y, s, p, k in zip(places, stride, padding, kernel, strict=True)]
    more = tuple(max(0, n - r) for n, r in zip(x.shape[-2:], reached, strict=True))
    images = m.reshape(part, shape=(prod(g.shape[:-2]), 1, *places))
    sent = m.conv_transpose2d(images, ones, stride=stride, padding=padding, output_padding=more)
    if sent.shape[-2:] != x.shape[-2:]:  # the last windows reach beyond the border
        sent = m.index(sent, key=(..., slice(x.shape[-2]), slice(x.shape[-1])))
    return m.reshape(sent, shape=x.shape)  # type: ignore[no-any-return]


def _divided(m: Maker, g: Term, x: Term, kernel: Pair, stride: Pair, padding: Pair, whole: bool) -> Term:
    """Write down what every window gets for each of its elements: less where there are few."""
    for axis, (k, s, p) in enumerate(zip(kernel, stride, padding, strict=True), -2):
        n, many = x.shape[axis], g.shape[axis]
        if all(share(y, n, k, s, p, whole) == k for y in (0, many - 1)):
            g = g / float(k)
        else:
            _, seen = windows(m, n, many, k, s, p, whole)
            g = g / (seen if axis == -1 else m.reshape(seen, shape=(many, 1)))
    return g


def windows(m: Maker, n: int, many: int, kernel: int, stride: int, padding: int, whole: bool) -> tuple[Term, Term]:
    """Write down where every window begins along an axis of n elements, and by how many elements its sum is divided."""
    at = counting(m, many) * float(stride) - float(padding)
    return at, m.minimum(at + float(kernel), float(n + padding * whole)) - (at if whole else m.maximum(at, 0.0))
