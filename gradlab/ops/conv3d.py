"""Convolution over a volume: a kernel walks over it along three axes and weighs what it sees, in all channels.

    forward  z[m, o, p, q] = Σ W[m, c, i, j, k] · x[c, o + i, p + j, q + k] + b[m]   x: (…, c, d, h, w)   b: (m,)
    backward dx[c, o + i, p + j, q + k] = Σ g[m, o, p, q] · W[m, c, i, j, k]
    backward dW[m, c, i, j, k] = Σ g[m, o, p, q] · x[c, o + i, p + j, q + k]
    backward db[m] = Σ g[m, o, p, q]

W: (m, c, deep, tall, wide). With stride 1 and neither padding nor dilation; else the kernel reads x at o·stride + i·dilation -
padding, or a zero there. Three numbers are for depth, height and width. A video has time as its depth. Without b nothing is
added.
Source: Tran, Bourdev, Fergus, Torresani & Paluri, *Learning Spatiotemporal Features with 3D Convolutional Networks*, ICCV 2015.
"""

from __future__ import annotations

from typing import Any

from gradlab.numeric import straight
from gradlab.op import Array, Example, array_op
from gradlab.ops._conv import ATTRS, shape, sum_bias, work
from gradlab.ops._torch import windowed
from gradlab.ops._volume import CONV_INTS, CONV_RANKS, conv_local, conv_plan, look_volumes, send_volumes


@straight
def forward(x: Array, w: Array, b: Array | None, z: Array, *numbers: Any) -> None:
    look_volumes(x, w, b, z, *numbers)


@straight
def backward(g: Array, z: Array, x: Array, w: Array, b: Array | None, dx: Array, dw: Array, db: Array | None,
             add_x: bool, add_w: bool, add_b: bool, *numbers: Any) -> None:  # fmt: skip
    send_volumes(g, x, w, dx, dw, add_x, add_w, *numbers)
    if db is not None:
        places = g.shape[3] * g.shape[4] * g.shape[5]
        sum_bias(g.reshape((g.shape[0], g.shape[1], g.shape[2], places)), db, add_b)


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
    ints=CONV_INTS,
    scratch=True,
    assigns=True,
    local=conv_local,
    work=work,
    optional=1,
    examples=(
        Example("conv3d([[[[1, 2]], [[3, 4]]]], [[[[[1]], [[10]]]]], [100])", "[[[[131.0, 142.0]]]]"),
        Example("conv3d([[[[1, 2]], [[3, 4]]]], [[[[[1, 1]]]]], stride=(2, 1, 1))", "[[[[3.0]]]]"),
    ),
)
TORCH = windowed("F.conv3d", "x, W, b", stride=1, padding=0, dilation=1, groups=1)
