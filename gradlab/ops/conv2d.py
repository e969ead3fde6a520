"""Convolution over an image: a kernel walks over it and weighs what it sees, in all channels.

    forward  z[m, p, q] = Σ W[m, c, i, j] · x[c, p + i, q + j] + b[m]   x: (…, c, h, w)   W: (m, c, tall, wide)   b: (m,)
    backward dx[c, p + i, q + j] = Σ g[m, p, q] · W[m, c, i, j],  dW[m, c, i, j] = Σ g[m, p, q] · x[c, p + i, q + j]
    backward db[m] = Σ g[m, p, q]

With stride 1 and neither padding nor dilation; else the kernel reads x at p·stride + i·dilation - padding, or a zero there. One
number of a pair is for down, the other for across. As many groups as channels is a depthwise convolution. The kernel is not
flipped: in signal processing this is a correlation. One image without an axis of samples is taken too. Without b nothing is
added.
Source: Dumoulin & Visin, *A Guide to Convolution Arithmetic for Deep Learning*, arXiv:1603.07285, 2016.
"""

from __future__ import annotations

from gradlab.numeric import straight
from gradlab.op import Array, Example, array_op
from gradlab.ops._conv import (
    ATTRS,
    RANKS,
    bias_gradient,
    images_gradient,
    local,
    look,
    plan,
    send,
    shape,
    sum_bias,
    weigh,
    weights_gradient,
    work,
)
from gradlab.ops._torch import windowed
from gradlab.ops._window import INTS, Pair
from gradlab.terms import Maker, Sends, Term


@straight
def forward(x: Array, w: Array, b: Array | None, z: Array, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
            sh: int, sw: int, ph: int, pw: int, dh: int, dw: int, scratch: Array) -> None:  # fmt: skip
    look(x, w, b, z, False, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw, scratch)


@straight
def backward(g: Array, z: Array, x: Array, w: Array, b: Array | None, dx: Array, dw_: Array, db: Array | None,
             add_x: bool, add_w: bool, add_b: bool, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
             sh: int, sw: int, ph: int, pw: int, dh: int, dw: int, scratch: Array) -> None:  # fmt: skip
    send(g, w, dx, add_x, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw, scratch)
    weigh(x, g, dw_, add_w, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw, scratch)
    if db is not None:
        sum_bias(g, db, add_b)


def gradient(
    m: Maker, g: Term, z: Term, x: Term, w: Term, b: Term | None, stride: Pair, padding: Pair, dilation: Pair, groups: int
) -> Sends:
    grid = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return images_gradient(m, g, x.shape, w, grid), weights_gradient(m, x, g, w.shape, grid), bias_gradient(m, g)


OP = array_op(
    "conv2d",
    forward,
    backward,
    inputs=("x", "W", "b"),
    role="weigh",
    title="convolution over an image",
    symbols="conv2d({x}, {W}, {b})",
    attrs=ATTRS,
    shape=shape("conv2d", 2),
    plan=plan,
    ranks=(*RANKS[:2], 1, RANKS[2]),
    ints=INTS,
    local=local,
    scratch=True,
    assigns=True,
    work=work,
    optional=1,
    gradient=gradient,
    examples=(
        Example("conv2d([[[1, 2, 3], [4, 5, 6], [7, 8, 9]]], [[[[1, 0], [0, 1]]]], [10])", "[[[16.0, 18.0], [22.0, 24.0]]]"),
        Example("conv2d([[[1, 2], [3, 4]]], [[[[1, 1]]]], stride=(1, 2))", "[[[3.0], [7.0]]]"),
    ),
)
TORCH = windowed("F.conv2d", "x, W, b", stride=1, padding=0, dilation=1, groups=1)
