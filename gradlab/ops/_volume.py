"""What windows over volumes share: the axes are depth, height and width, and all of them are walked in loops.

The kernels see the axes of the volumes, so that only kernel, stride, padding and dilation stand behind the arrays. Convolutions
multiply matrices: `unfold` writes columns of what every weight reads. What is marked `emitted` is LLVM code in a kernel:
`gradlab.kernels.volume`.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np

from gradlab.kernels.rows import Window
from gradlab.numeric import compiled_for, emitted, helper
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._conv import COLUMNS
from gradlab.ops._pool import beginnings, pairs, share, spread_of
from gradlab.ops._window import Pair, read, seen

STEPS = ("sd", "sh", "sw", "pd", "ph", "pw", "dd", "dh", "dw")
"""Stride, padding and dilation along the three axes."""
POOL_INTS = ("deep", "tall", "wide", *STEPS)
CONV_INTS = (*STEPS, "slices")
SLACK = Window.SLACK
CONV_RANKS = (6, 6, 6)
"""x: (sample, group, channel, depth, height, width), W: (group, channel out, channel, …), z as x."""


def taps(large: Shape, kernel: Shape, small: Shape, steps: tuple[int, ...]) -> Iterator[tuple[Any, Any, Any]]:
    """Return for every tap of a kernel its place, where in the small volume it reads no padding, and what it reads there."""
    stride, padding, dilation = steps[:3], steps[3:6], steps[6:]
    for tap in np.ndindex(*kernel):
        each = zip(tap, small, large, stride, padding, dilation, strict=True)
        found = [read(t, m, n, s, p, d) for t, m, n, s, p, d in each]
        yield tap, np.ix_(*(spots for spots, _ in found)), np.ix_(*(at for _, at in found))


def steps_of(attrs: Attrs) -> tuple[int, ...]:
    """Return the numbers of `STEPS` of a convolution."""
    return tuple(int(n) for name in ("stride", "padding", "dilation") for n in attrs[name])


def conv_plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See groups of channels of volumes; so many slices are unfolded at a time that the columns are few enough."""
    x, w, *rest = shapes
    batch, groups = prod(x[:-4]), attrs["groups"]
    view, last = (batch, groups, w[1], *x[-3:]), (batch, groups, w[0] // groups, *out[-3:])
    lines, places = prod(w[1:]), prod(out[-2:])
    slices = max(1, min(out[-3], COLUMNS // max(1, lines * places)))
    columns = lines * places * slices + SLACK
    views = (view, (groups, w[0] // groups, *w[1:]), *rest, last)
    return Plan(views, (*steps_of(attrs), slices), scratch=columns, working=columns + 2 * prod(out))


def pieces(small: Shape, steps: tuple[int, ...]) -> Iterator[tuple[slice, Shape, tuple[int, ...]]]:
    """Return some slices of the small volume at a time, the sizes of these, and the steps of a window on them."""
    sd, sh, sw, pd, *rest, slices = steps
    for start in range(0, small[0], slices):
        many = min(slices, small[0] - start)
        yield slice(start, start + many), (many, *small[1:]), (sd, sh, sw, pd - start * sd, *rest)


def unfold(x: Array, kernel: Shape, small: Shape, steps: tuple[int, ...]) -> Array:
    """Return what every weight reads at every place. x: (channels, d, h, w); returns (channels · taps, places)."""
    columns = np.zeros((len(x), *kernel, *small), x.dtype)
    for tap, spots, at in taps(x.shape[1:], kernel, small, steps):
        columns[:, *tap][:, *spots] = x[:, *at]
    return columns.reshape(len(x) * prod(kernel), prod(small))


def fold(columns: Array, x: Array, kernel: Shape, small: Shape, steps: tuple[int, ...]) -> None:
    """Add every column to where it was read."""
    found = columns.reshape(len(x), *kernel, *small)
    for tap, spots, at in taps(x.shape[1:], kernel, small, steps):
        x[:, *at] += found[:, *tap][:, *spots]


@emitted
def look_volumes(x: Array, w: Array, b: Array | None, z: Array, *numbers: Any) -> None:
    """Write what the kernels see, and a bias. Behind z: the numbers of `STEPS`, and the working memory."""
    z[...] = 0.0 if b is None else b.reshape(z.shape[1], z.shape[2], 1, 1, 1)
    for n, q in np.ndindex(*z.shape[:2]):
        for part, small, steps in pieces(z.shape[3:], numbers[:-1]):
            seen_ = w[q].reshape(w.shape[1], prod(w.shape[2:])) @ unfold(x[n, q], w.shape[3:], small, steps)
            z[n, q][:, part] += seen_.reshape(w.shape[1], *small)


@emitted
def send_volumes(g: Array, x: Array, w: Array, dx: Array, dw: Array, add_x: bool, add_w: bool, *numbers: Any) -> None:
    """Write into volumes and kernels what a gradient sends, or add it. Behind the flags: as for `look_volumes`."""
    for sent, add in ((dx, add_x), (dw, add_w)):
        if not add:
            sent[...] = 0
    for n, q in np.ndindex(*g.shape[:2]):
        weights = w[q].reshape(w.shape[1], prod(w.shape[2:]))
        for part, small, steps in pieces(g.shape[3:], numbers[:-1]):
            upstream = g[n, q][:, part].reshape(w.shape[1], prod(small))
            fold(weights.T @ upstream, dx[n, q], w.shape[3:], small, steps)
            dw[q] += (upstream @ unfold(x[n, q], w.shape[3:], small, steps).T).reshape(dw.shape[1:])


def conv_local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """An element of x moves z by the weight that reads it there, a weight by what it reads, a bias its channel by 1."""
    x, w = inputs[:2]
    steps, groups = steps_of(attrs), attrs["groups"]
    volumes, out = x.reshape(-1, w.shape[1] * groups, *x.shape[-3:]), (w.shape[0], *z.shape[-3:])
    spots, kernels = np.arange(z.size).reshape(-1, *out), w.shape[0] // groups
    if k == 2:
        moved = spots[:, e].reshape(-1)
        return moved, np.ones(moved.size, z.dtype)
    a, c, *at = (int(n) for n in np.unravel_index(e, (volumes if k == 0 else w).shape))
    sizes = zip(at, out[1:], w.shape[2:] if k == 0 else x.shape[-3:], steps[:3], steps[3:6], steps[6:], strict=True)
    found = [(seen if k == 0 else read)(*one) for one in sizes]
    places: Any = np.ix_(*(p for p, _ in found))
    others: Any = np.ix_(*(o for _, o in found))
    if k == 0:
        mine = slice(c // w.shape[1] * kernels, (c // w.shape[1] + 1) * kernels)
        return spots[a, mine][:, *places].reshape(-1), w[mine, c % w.shape[1]][:, *others].reshape(-1)
    return spots[:, a][:, *places].reshape(-1), volumes[:, a // kernels * w.shape[1] + c][:, *others].reshape(-1)


# ---- pools ----


def pool_views(x: Shape, out: Shape) -> tuple[Shape, Shape]:
    """See channels of samples as volumes."""
    lines = prod(x[:-3])
    return (lines, *x[-3:]), (lines, *out[-3:])


def pool_ints(attrs: Attrs) -> tuple[int, ...]:
    """Return the numbers of `POOL_INTS`."""
    kernel, stride, padding = pairs(attrs)
    return (*kernel, *stride, *padding, *spread_of(attrs, 3))


def max_plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Walk over volumes; the working memory holds the place of every winner in its volume."""
    return Plan(pool_views(shapes[0], out), pool_ints(attrs), scratch=prod(out))


def average_plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Walk over volumes, with one further number: whether the padding counts."""
    return Plan(pool_views(shapes[0], out), (*pool_ints(attrs), int(attrs["count_include_pad"])))


def pick(x: Array, z: Array, won: Array, deep: int, tall: int, wide: int, sd: int, sh: int, sw: int, pd: int, ph: int,
         pw: int, dd: int, dh: int, dw: int) -> None:  # fmt: skip
    """Write the greatest element of every window into z, and its place. Of equals the first wins, NaN over all numbers."""
    (_, d, h, w), winner = x.shape, won.reshape(z.shape)
    begin = [beginnings(*a) for a in zip(z.shape[1:], (sd, sh, sw), (pd, ph, pw), (dd, dh, dw), strict=True)]
    z[...], places = -np.inf, np.arange(d * h * w).reshape(d, h, w)
    winner[...] = (begin[0][:, None, None] * h + begin[1][:, None]) * w + begin[2]
    for _, spots, at in taps((d, h, w), (deep, tall, wide), z.shape[1:], (sd, sh, sw, pd, ph, pw, dd, dh, dw)):
        found, kept = x[:, *at], z[:, *spots]
        wins = (found > kept) | (np.isnan(found) & ~np.isnan(kept))
        z[:, *spots] = np.where(wins, found, kept)
        winner[:, *spots] = np.where(wins, places[at], winner[:, *spots])


@compiled_for(pick)
def _pick(x: Array, z: Array, won: Array, deep: int, tall: int, wide: int, sd: int, sh: int, sw: int, pd: int, ph: int,
          pw: int, dd: int, dh: int, dw: int) -> None:  # fmt: skip
    winner = won.reshape(z.shape)
    for n in range(z.shape[0]):
        for y in range(z.shape[1]):
            for r in range(z.shape[2]):
                for p in range(z.shape[3]):
                    best, place = greatest(
                        x[n], y * sd - pd, r * sh - ph, p * sw - pw, deep, tall, wide, dd, dh, dw
                    )  # fmt: skip
                    z[n, y, r, p], winner[n, y, r, p] = best, place


@helper
def greatest(x: Array, top: int, above: int, left: int, deep: int, tall: int, wide: int, dd: int, dh: int,
             dw: int) -> tuple[float, int]:  # fmt: skip
    """Return the greatest element of the window that begins at a place of a volume, and where that is."""
    best, place = -np.inf, -1
    for i in range(deep):
        a = top + i * dd
        for j in range(tall if 0 <= a < x.shape[0] else 0):
            b = above + j * dh
            for k in range(wide if 0 <= b < x.shape[1] else 0):
                c = left + k * dw
                if 0 <= c < x.shape[2] and (place < 0 or (not np.isnan(best) and not x[a, b, c] <= best)):
                    best, place = float(x[a, b, c]), (a * x.shape[1] + b) * x.shape[2] + c
    return best, place


def route(g: Array, z: Array, won: Array, dx: Array) -> None:
    """Add every gradient to the place of its winner; NaN where the winner z is NaN."""
    lines = np.arange(len(dx))[:, None]
    flat = dx.reshape(len(dx), prod(dx.shape[1:]))
    at = won.reshape(len(dx), prod(z.shape[1:])).astype(np.int64)
    np.add.at(flat, (lines, at), np.where(np.isnan(z), z, g).reshape(at.shape))


@compiled_for(route)
def _route(g: Array, z: Array, won: Array, dx: Array) -> None:
    winner, flat = won.reshape(z.shape), dx.reshape(dx.shape[0], dx.shape[1] * dx.shape[2] * dx.shape[3])
    for n in range(z.shape[0]):
        for y in range(z.shape[1]):
            for r in range(z.shape[2]):
                for p in range(z.shape[3]):
                    sent = z[n, y, r, p] if np.isnan(z[n, y, r, p]) else g[n, y, r, p]
                    flat[n, int(winner[n, y, r, p])] += sent


def counts(large: Shape, small: Shape, ints: tuple[int, ...], whole: bool) -> Array:
    """Return by how much the sum of every window is divided. Shape: that of the small volume."""
    each = zip(small, large, ints[:3], ints[3:6], ints[6:9], strict=True)
    along = [np.array([share(y, n, k, s, p, whole) for y in range(m)]) for m, n, k, s, p in each]
    return np.asarray(along[0][:, None, None] * along[1][:, None] * along[2])


def places_of(e: int, x: Shape, z: Shape, ints: tuple[int, ...]) -> tuple[Array, Any]:
    """Return the flat places in z of the windows that see element e, and their indices along the three axes."""
    large, small = pool_views(x, z)
    line, *at = (int(i) for i in np.unravel_index(e, large))
    each = zip(at, small[1:], ints[:3], ints[3:6], ints[6:9], ints[9:], strict=True)
    found: list[Array] = [seen(a, m, k, s, p, d)[0] for a, m, k, s, p, d in each]
    index = np.ix_(*found)
    return np.arange(prod(small)).reshape(small)[line][index].reshape(-1), index


def winners(x: Array, small: Shape, attrs: Attrs) -> Array:
    """Return the flat place in x of the winner of every window. Shape: that of z."""
    large, spots = pool_views(x.shape, small)
    z, won = np.empty(spots, x.dtype), np.empty(prod(spots))
    steps: Pair = pool_ints(attrs)
    pick(x.reshape(large), z, won, *steps)
    lines = np.arange(large[0])[:, None] * prod(large[1:])
    return (won.astype(np.int64).reshape(large[0], -1) + lines).reshape(small) if won.size else won.reshape(small)
