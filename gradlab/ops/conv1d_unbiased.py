"""Convolution over a signal: a kernel walks over it and weighs what it sees, in all channels; no bias.

    forward  z[m, q] = Σ W[m, c, j] · x[c, q + j]   x: (…, c, n)   W: (m, c, wide)
    backward dx[c, q + j] = Σ g[m, q] · W[m, c, j],  dW[m, c, j] = Σ g[m, q] · x[c, q + j]

What `conv1d(x, W)` stands for: see `conv1d`.
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
    "conv1d_unbiased",
    forward,
    backward,
    inputs=("x", "W"),
    role="weigh",
    title="convolution over a signal without bias",
    symbols="conv1d({x}, {W})",
    attrs=ATTRS,
    shape=shape("conv1d", 1),
    plan=plan,
    ranks=RANKS,
    ints=INTS,
    local=local,
    scratch=True,
    assigns=True,
    work=work,
    examples=(Example("conv1d_unbiased([[1, 2, 3, 4]], [[[1, 1]]], padding=1, dilation=2)", "[[2.0, 4.0, 6.0, 3.0]]"),),
)
