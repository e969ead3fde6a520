"""Mean of every window: the window walks over each channel of a volume.

    forward  z = Σ x of the window / count     x: (…, d, h, w)
    backward dx = Σ g of the windows around it / count

Three numbers are for depth, height and width.

Arguments:
    stride   whole, from 1, or one for each axis: how far the window moves; None: its size
    padding  whole, from 0, or one for each axis: a border of zeros, at most half of the window

Known as: AveragePooling3D.
Source: Tran, Bourdev, Fergus, Torresani & Paluri, *Learning Spatiotemporal Features with 3D Convolutional Networks*, ICCV 2015.
"""

from __future__ import annotations

from math import prod

import numpy as np

from gradlab.numeric import compiled_for
from gradlab.op import Array, Attrs, Example, array_op
from gradlab.ops._pool import AVERAGE_ATTRS, average_shape, share, windows, work
from gradlab.ops._reduce import counting
from gradlab.ops._scale import resized_back
from gradlab.ops._torch import windowed
from gradlab.ops._volume import POOL_INTS, average_plan, counts, places_of, pool_ints, taps
from gradlab.ops._window import Pair
from gradlab.terms import Maker, Sends, Term


def average(x: Array, z: Array, deep: int, tall: int, wide: int, sd: int, sh: int, sw: int, pd: int, ph: int, pw: int,
            whole: bool) -> None:  # fmt: skip
    """Write the mean of every window into z; `whole` counts the padding as zeros."""
    ints = (deep, tall, wide, sd, sh, sw, pd, ph, pw)
    z[...] = 0
    for _, spots, at in taps(x.shape[1:], ints[:3], z.shape[1:], (*ints[3:], 1, 1, 1)):
        z[:, *spots] += x[:, *at]
    z /= counts(x.shape[1:], z.shape[1:], ints, whole)


@compiled_for(average)
def _average(x: Array, z: Array, deep: int, tall: int, wide: int, sd: int, sh: int, sw: int, pd: int, ph: int, pw: int,
             whole: bool) -> None:  # fmt: skip
    for n in range(z.shape[0]):
        for y in range(z.shape[1]):
            for r in range(z.shape[2]):
                for p in range(z.shape[3]):
                    top, above, left, s = y * sd - pd, r * sh - ph, p * sw - pw, 0.0
                    for a in range(max(0, top), min(x.shape[1], top + deep)):
                        for b in range(max(0, above), min(x.shape[2], above + tall)):
                            for c in range(max(0, left), min(x.shape[3], left + wide)):
                                s += x[n, a, b, c]
                    many = share(y, x.shape[1], deep, sd, pd, whole) * share(r, x.shape[2], tall, sh, ph, whole)
                    z[n, y, r, p] = s / (many * share(p, x.shape[3], wide, sw, pw, whole))


def spread(g: Array, dx: Array, deep: int, tall: int, wide: int, sd: int, sh: int, sw: int, pd: int, ph: int, pw: int,
           whole: bool) -> None:  # fmt: skip
    """Add to every element its part of the mean of every window that it lies in."""
    ints = (deep, tall, wide, sd, sh, sw, pd, ph, pw)
    part = g / counts(dx.shape[1:], g.shape[1:], ints, whole)
    for _, spots, at in taps(dx.shape[1:], ints[:3], g.shape[1:], (*ints[3:], 1, 1, 1)):
        dx[:, *at] += part[:, *spots]


@compiled_for(spread)
def _spread(g: Array, dx: Array, deep: int, tall: int, wide: int, sd: int, sh: int, sw: int, pd: int, ph: int, pw: int,
            whole: bool) -> None:  # fmt: skip
    for n in range(g.shape[0]):
        for y in range(g.shape[1]):
            for r in range(g.shape[2]):
                for p in range(g.shape[3]):
                    top, above, left = y * sd - pd, r * sh - ph, p * sw - pw
                    many = share(y, dx.shape[1], deep, sd, pd, whole) * share(r, dx.shape[2], tall, sh, ph, whole)
                    part = g[n, y, r, p] / (many * share(p, dx.shape[3], wide, sw, pw, whole))
                    for a in range(max(0, top), min(dx.shape[1], top + deep)):
                        for b in range(max(0, above), min(dx.shape[2], above + tall)):
                            for c in range(max(0, left), min(dx.shape[3], left + wide)):
                                dx[n, a, b, c] += part


def forward(x: Array, z: Array, deep: int, tall: int, wide: int, sd: int, sh: int, sw: int, pd: int, ph: int, pw: int,
            dd: int, dh: int, dw: int, whole: int) -> None:  # fmt: skip
    average(x, z, deep, tall, wide, sd, sh, sw, pd, ph, pw, whole != 0)


def backward(g: Array, z: Array, x: Array, dx: Array, deep: int, tall: int, wide: int, sd: int, sh: int, sw: int, pd: int,
             ph: int, pw: int, dd: int, dh: int, dw: int, whole: int) -> None:  # fmt: skip
    spread(g, dx, deep, tall, wide, sd, sh, sw, pd, ph, pw, whole != 0)


def gradient(
    m: Maker, g: Term, z: Term, x: Term, kernel_size: Pair, stride: Pair, padding: Pair, count_include_pad: bool,
    ceil_mode: bool,
) -> Sends:  # fmt: skip
    each = zip(x.shape[-3:], g.shape[-3:], kernel_size, stride, padding, strict=True)
    deep, down, across = (_parts(m, *sizes, count_include_pad) for sizes in each)
    images = resized_back(m, g, down, across)
    layers = m.reshape(images, shape=(*images.shape[:-2], prod(images.shape[-2:])))
    return (m.reshape(m.transpose(deep) @ layers, shape=x.shape),)


def _parts(m: Maker, n: int, many: int, kernel: int, stride: int, padding: int, whole: bool) -> Term:
    """Write down the part of every element along an axis in every window. Shape: (many, n)."""
    at, seen = (m.reshape(a, shape=(many, 1)) for a in windows(m, n, many, kernel, stride, padding, whole))
    rows = counting(m, n)
    return m.greater_equal(rows, at) * m.less(rows, at + float(kernel)) / seen  # type: ignore[no-any-return]


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """An element moves every window that sees it by 1 / count."""
    ints = pool_ints(attrs)
    spots, index = places_of(e, inputs[0].shape, z.shape, ints)
    divisors = counts(inputs[0].shape[-3:], z.shape[-3:], ints[:9], attrs["count_include_pad"])
    return spots, np.asarray(1.0 / divisors[index].reshape(-1), z.dtype)


OP = array_op(
    "avg_pool3d",
    forward,
    backward,
    inputs=("x",),
    role="pool",
    title="mean of every window",
    symbols="avg_pool3d({x}, {kernel_size})",
    attrs=AVERAGE_ATTRS,
    shape=average_shape("avg_pool3d", 3),
    plan=average_plan,
    ranks=(4, 4),
    ints=(*POOL_INTS, "whole"),
    work=work,
    local=local,
    gradient=gradient,
    examples=(Example("avg_pool3d([[[[1, 2]], [[4, 3]]]], (2, 1, 2))", "[[[[2.5]]]]"),),
)
TORCH = windowed("F.avg_pool3d", "x, kernel_size", stride=None, padding=0, ceil_mode=False, count_include_pad=True)
