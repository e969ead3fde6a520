"""Convolution over a volume: a kernel walks over it along three axes and weighs what it sees, in all channels.

    forward  z[m, o, p, q] = Σ W[m, c, i, j, k] · x[c, o + i, p + j, q + k] + b[m]   x: (…, c, d, h, w)   b: (m,)
    backward dx[c, o + i, p + j, q + k] = Σ g[m, o, p, q] · W[m, c, i, j, k]
    backward dW[m, c, i, j, k] = Σ g[m, o, p, q] · x[c, o + i, p + j, q + k]
    backward db[m] = Σ g[m, o, p, q]

W: (m, c, deep, tall, wide). With stride 1 and neither padding nor dilation; else the kernel reads x at o·stride + i·dilation -
padding, or a zero there. stride, padding and dilation are those of `conv2d`, each one number or three: depth, height, width. So
are groups. A video has time as its depth. Without b nothing is added.
Source: Tran, Bourdev, Fergus, Torresani & Paluri, *Learning Spatiotemporal Features with 3D Convolutional Networks*, ICCV 2015.
"""

from __future__ import annotations

from gradlab.op import Array, Example, array_op
from gradlab.ops._conv import ATTRS, shape, work
from gradlab.ops._volume import CONV_RANKS, STEPS, conv_local, conv_plan, look, send


def forward(x: Array, w: Array, b: Array | None, z: Array, sd: int, sh: int, sw: int, pd: int, ph: int, pw: int,
            dd: int, dh: int, dw: int) -> None:  # fmt: skip
    look(x, w, b, z, sd, sh, sw, pd, ph, pw, dd, dh, dw)


def backward(g: Array, z: Array, x: Array, w: Array, b: Array | None, dx: Array, dw_: Array, db: Array | None,
             sd: int, sh: int, sw: int, pd: int, ph: int, pw: int, dd: int, dh: int, dw: int) -> None:  # fmt: skip
    send(g, x, w, dx, dw_, sd, sh, sw, pd, ph, pw, dd, dh, dw)
    if db is not None:
        for n in range(g.shape[0]):
            for q in range(g.shape[1]):
                for m in range(g.shape[2]):
                    db[q * g.shape[2] + m] += g[n, q, m].sum()


OP = array_op(
    "conv3d",
    forward,
    backward,
    inputs=("x", "W", "b"),
    role="weigh",
    title="convolution over a volume",
    symbols="conv3d({x}, {W}, {b})",
    attrs=ATTRS,
    shape=shape("conv3d", 3),
    plan=conv_plan,
    ranks=(*CONV_RANKS[:2], 1, CONV_RANKS[2]),
    ints=STEPS,
    local=conv_local,
    work=work,
    optional=1,
    examples=(
        Example("conv3d([[[[1, 2]], [[3, 4]]]], [[[[[1]], [[10]]]]], [100])", "[[[[131.0, 142.0]]]]"),
        Example("conv3d([[[[1, 2]], [[3, 4]]]], [[[[[1, 1]]]]], stride=(2, 1, 1))", "[[[[3.0]]]]"),
    ),
)
