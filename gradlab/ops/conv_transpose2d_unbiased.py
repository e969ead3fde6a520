"""Transposed convolution over an image without bias: every element writes a kernel, weighed by itself.

    forward  z[m, p + i, q + j] = Σ W[c, m, i, j] · x[c, p, q]   x: (…, c, h, w)   W: (c, m, tall, wide)
    backward dx[c, p, q] = Σ g[m, p + i, q + j] · W[c, m, i, j],  dW[c, m, i, j] = Σ g[m, p + i, q + j] · x[c, p, q]

What `conv_transpose2d(x, W)` stands for: see `conv_transpose2d`.
Source: Dumoulin & Visin, *A Guide to Convolution Arithmetic for Deep Learning*, arXiv:1603.07285, 2016.
"""

from __future__ import annotations

from gradlab.numeric import straight
from gradlab.op import Array, Example, array_op
from gradlab.ops._conv import look, send, weigh
from gradlab.ops._conv_transpose import ATTRS, RANKS, local, plan, shape, work
from gradlab.ops._window import INTS


@straight
def forward(x: Array, w: Array, z: Array, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
            sh: int, sw: int, ph: int, pw: int, dh: int, dw: int, scratch: Array) -> None:  # fmt: skip
    send(x, w, z, False, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw, scratch)


@straight
def backward(g: Array, z: Array, x: Array, w: Array, dx: Array, dw_: Array,
             add_x: bool, add_w: bool, h: int, wx: int, tall: int, wide: int, high: int, broad: int,
             sh: int, sw: int, ph: int, pw: int, dh: int, dw: int, scratch: Array) -> None:  # fmt: skip
    look(g, w, None, dx, add_x, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw, scratch)
    weigh(g, x, dw_, add_w, h, wx, tall, wide, high, broad, sh, sw, ph, pw, dh, dw, scratch)


OP = array_op(
    "conv_transpose2d_unbiased",
    forward,
    backward,
    inputs=("x", "W"),
    role="weigh",
    title="transposed convolution over an image without bias",
    symbols="conv_transpose2d({x}, {W})",
    attrs=ATTRS,
    shape=shape("conv_transpose2d", 2),
    plan=plan,
    ranks=RANKS,
    ints=INTS,
    local=local,
    scratch=True,
    assigns=True,
    work=work,
    examples=(Example("conv_transpose2d_unbiased([[[1, 2]]], [[[[1, 10]]]])", "[[[1.0, 12.0, 20.0]]]"),),
)
