"""Convolution over an image: a kernel walks over it and weighs what it sees, in all channels; no bias.

    forward  z[m, p, q] = Σ W[m, c, i, j] · x[c, p + i, q + j]   x: (…, c, h, w)   W: (m, c, tall, wide)
    backward dx[c, p + i, q + j] = Σ g[m, p, q] · W[m, c, i, j],  dW[m, c, i, j] = Σ g[m, p, q] · x[c, p + i, q + j]

What `conv2d(x, W)` stands for: see `conv2d`.
Source: Dumoulin & Visin, *A Guide to Convolution Arithmetic for Deep Learning*, arXiv:1603.07285, 2016.
"""

from __future__ import annotations

from gradlab.numeric import straight
from gradlab.op import Array, Example, array_op
from gradlab.ops._conv import ATTRS, RANKS, local, look, plan, send, shape, weigh, work
from gradlab.ops._window import INTS


@straight
def forward(x: Array, w: Array, z: Array, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
            sh: int, sw: int, ph: int, pw: int, dh: int, dw: int, scratch: Array) -> None:  # fmt: skip
    look(x, w, None, z, False, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw, scratch)


@straight
def backward(g: Array, z: Array, x: Array, w: Array, dx: Array, dw_: Array, add_x: bool, add_w: bool,
             h: int, wx: int, tall: int, wide: int, high: int, broad: int,
             sh: int, sw: int, ph: int, pw: int, dh: int, dw: int, scratch: Array) -> None:  # fmt: skip
    send(g, w, dx, add_x, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw, scratch)
    weigh(x, g, dw_, add_w, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw, scratch)


OP = array_op(
    "conv2d_unbiased",
    forward,
    backward,
    inputs=("x", "W"),
    role="weigh",
    title="convolution over an image without bias",
    symbols="conv2d({x}, {W})",
    attrs=ATTRS,
    shape=shape("conv2d", 2),
    plan=plan,
    ranks=RANKS,
    ints=INTS,
    local=local,
    scratch=True,
    assigns=True,
    work=work,
    examples=(Example("conv2d_unbiased([[[1, 2], [3, 4]]], [[[[1, 1]]]], stride=(1, 2))", "[[[3.0], [7.0]]]"),),
)
