"""Convolution over a signal: a kernel walks over it and weighs what it sees, in all channels.

    forward  z[m, q] = Σ W[m, c, j] · x[c, q + j] + b[m]   x: (…, c, n)   W: (m, c, wide)   b: (m,)
    backward dx[c, q + j] = Σ g[m, q] · W[m, c, j],  dW[m, c, j] = Σ g[m, q] · x[c, q + j]
    backward db[m] = Σ g[m, q]

With stride 1 and neither padding nor dilation; else the kernel reads x at q·stride + j·dilation - padding, or a zero there. As
many groups as channels is a depthwise convolution. The kernel is not flipped: in signal processing this is a correlation. One
signal without an axis of samples is taken too. Without b nothing is added.
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
from gradlab.ops._window import INTS
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
    m: Maker, g: Term, z: Term, x: Term, w: Term, b: Term | None, stride: int, padding: int, dilation: int, groups: int
) -> Sends:
    flat, image, kernels = (m.reshape(a, shape=(*a.shape[:-1], 1, a.shape[-1])) for a in (g, x, w))
    grid = {"stride": (1, stride), "padding": (0, padding), "dilation": (1, dilation), "groups": groups}
    dx = images_gradient(m, flat, image.shape, kernels, grid)
    dw = weights_gradient(m, image, flat, kernels.shape, grid)
    return m.reshape(dx, shape=x.shape), m.reshape(dw, shape=w.shape), bias_gradient(m, flat)


OP = array_op(
    "conv1d",
    forward,
    backward,
    inputs=("x", "W", "b"),
    role="weigh",
    title="convolution over a signal",
    symbols="conv1d({x}, {W}, {b})",
    attrs=ATTRS,
    shape=shape("conv1d", 1),
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
        Example("conv1d([[1, 2, 3, 4]], [[[1, -1]]], [0])", "[[-1.0, -1.0, -1.0]]"),
        Example("conv1d([[1, 2, 3, 4]], [[[1, 1]]], padding=1, dilation=2)", "[[2.0, 4.0, 6.0, 3.0]]"),
    ),
)
TORCH = windowed("F.conv1d", "x, W, b", stride=1, padding=0, dilation=1, groups=1)
