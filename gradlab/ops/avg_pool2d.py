"""Mean of every window: the window walks over each channel of an image.

    forward  z = Σ x of the window / count     x: (…, h, w)
    backward dx = Σ g of the windows around it / count

One number of a pair is for down, the other for across. count: the size of the window; with `count_include_pad=False` only what
lies in x. A last window that reaches beyond the border begins in x or before it; what lies beyond is not counted.

Arguments:
    stride   whole, from 1, or one for each axis: how far the window moves; None: its size
    padding  whole, from 0, or one for each axis: a border of zeros, at most half of the window

Known as: AveragePooling2D.
Source: LeCun, Bottou, Bengio & Haffner, *Gradient-Based Learning Applied to Document Recognition*, Proc. IEEE 86, 1998.
"""

from __future__ import annotations

from gradlab.op import Array, Example, array_op
from gradlab.ops._pool import (
    AVERAGE_ATTRS,
    RANKS,
    average,
    average_local,
    average_plan,
    average_shape,
    spread,
    spread_gradient,
    work,
)
from gradlab.ops._torch import windowed
from gradlab.ops._window import INTS, Pair
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, h: int, w: int, tall: int, wide: int, high: int, broad: int,
            sh: int, sw: int, ph: int, pw: int, dh: int, dw: int, whole: int) -> None:  # fmt: skip
    average(x, z, whole != 0, h, w, tall, wide, high, broad, sh, sw, ph, pw, dh, dw)


def backward(g: Array, z: Array, x: Array, dx: Array, h: int, w: int, tall: int, wide: int, high: int, broad: int,
            sh: int, sw: int, ph: int, pw: int, dh: int, dw: int, whole: int) -> None:  # fmt: skip
    spread(g, dx, whole != 0, h, w, tall, wide, high, broad, sh, sw, ph, pw, dh, dw)


def gradient(
    m: Maker, g: Term, z: Term, x: Term, kernel_size: Pair, stride: Pair, padding: Pair, count_include_pad: bool,
    ceil_mode: bool,
) -> Sends:  # fmt: skip
    return (spread_gradient(m, g, x, kernel_size, stride, padding, count_include_pad),)


OP = array_op(
    "avg_pool2d",
    forward,
    backward,
    inputs=("x",),
    role="pool",
    title="mean of every window",
    symbols="avg_pool2d({x}, {kernel_size})",
    attrs=AVERAGE_ATTRS,
    shape=average_shape("avg_pool2d", 2),
    plan=average_plan,
    ranks=RANKS,
    ints=(*INTS, "whole"),
    work=work,
    local=average_local,
    gradient=gradient,
    examples=(Example("avg_pool2d([[[1, 2, 0, 1], [4, 3, 1, 6]]], 2)", "[[[2.5, 2.0]]]"),),
    aliases=("avg_pool",),
)
TORCH = windowed("F.avg_pool2d", "x, kernel_size", stride=None, padding=0, ceil_mode=False, count_include_pad=True)
