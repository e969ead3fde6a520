"""Transposed convolution over an image: every element writes a kernel, weighed by itself; what a convolution sends back.

    forward  z[m, p + i, q + j] = Σ W[c, m, i, j] · x[c, p, q] + b[m]   x: (…, c, h, w)   W: (c, m, tall, wide)   b: (m,)
    backward dx[c, p, q] = Σ g[m, p + i, q + j] · W[c, m, i, j],  dW[c, m, i, j] = Σ g[m, p + i, q + j] · x[c, p, q]
    backward db[m] = Σ g[m, p, q]

With stride 1 and neither padding nor dilation; else x[p] writes at p·stride + i·dilation - padding. One number of a pair is for
down, the other for across. Without b nothing is added.

Arguments:
    stride    whole, from 1, or one for each axis: how far apart in z the elements of x write
    padding   whole, from 0, or one for each axis: how much is cut off around z
    dilation  whole, from 1, or one for each axis: how far apart in z a kernel writes

Source: Dumoulin & Visin, *A Guide to Convolution Arithmetic for Deep Learning*, arXiv:1603.07285, 2016.
"""

from __future__ import annotations

from gradlab.numeric import straight
from gradlab.op import Array, Example, array_op
from gradlab.ops._conv import bias_gradient, look, put_bias, send, sum_bias, weigh, weights_gradient
from gradlab.ops._conv_transpose import ATTRS, RANKS, local, plan, shape, work
from gradlab.ops._torch import windowed
from gradlab.ops._window import INTS, Pair
from gradlab.terms import Maker, Sends, Term


@straight
def forward(x: Array, w: Array, b: Array | None, z: Array, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
            sh: int, sw: int, ph: int, pw: int, dh: int, dw: int, scratch: Array) -> None:  # fmt: skip
    if b is not None:
        put_bias(b, z)
    send(x, w, z, b is not None, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw, scratch)


@straight
def backward(g: Array, z: Array, x: Array, w: Array, b: Array | None, dx: Array, dw_: Array, db: Array | None,
             add_x: bool, add_w: bool, add_b: bool, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
             sh: int, sw: int, ph: int, pw: int, dh: int, dw: int, scratch: Array) -> None:  # fmt: skip
    look(g, w, None, dx, add_x, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw, scratch)
    weigh(g, x, dw_, add_w, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw, scratch)
    if db is not None:
        sum_bias(g, db, add_b)


def gradient(
    m: Maker, g: Term, z: Term, x: Term, w: Term, b: Term | None, stride: Pair, padding: Pair, output_padding: Pair,
    groups: int, dilation: Pair,
) -> Sends:  # fmt: skip
    grid = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    seen = m.conv2d(g, w, **grid)
    dx = m.index(seen, key=(..., slice(x.shape[-2]), slice(x.shape[-1])))
    return dx, weights_gradient(m, g, x, w.shape, grid), bias_gradient(m, g)


OP = array_op(
    "conv_transpose2d",
    forward,
    backward,
    inputs=("x", "W", "b"),
    role="weigh",
    title="transposed convolution over an image",
    symbols="conv_transpose2d({x}, {W}, {b})",
    attrs=ATTRS,
    shape=shape("conv_transpose2d", 2),
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
        Example("conv_transpose2d([[[1, 2]]], [[[[1, 10]]]], [100], stride=2)", "[[[101.0, 110.0, 102.0, 120.0]]]"),
        Example("conv_transpose2d([[[1, 2]]], [[[[1, 10]]]])", "[[[1.0, 12.0, 20.0]]]"),
    ),
)
TORCH = windowed("F.conv_transpose2d", "x, W, b", stride=1, padding=0, output_padding=0, groups=1, dilation=1)
