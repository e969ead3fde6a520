"""An image made larger: every element becomes a block of its copies.

    forward  z[i, j] = x[i / scale, j / scale]   x: (…, h, w)   z: (…, h · scale, w · scale)
    backward dx = Σ g of its block

scale_factor: a whole number or a pair, down and across. The quotients are rounded down.
Known as: UpSampling2D.
Source: Odena, Dumoulin & Olah, *Deconvolution and Checkerboard Artifacts*, Distill, 2016.
"""

from __future__ import annotations

from math import prod

from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._scale import enlarged
from gradlab.ops._strided import INTS, RANKS, walk_add, walk_copy, walk_local, walk_plan


def forward(x: Array, z: Array, start: int, s0: int, s1: int, s2: int, s3: int, s4: int, s5: int) -> None:
    walk_copy(x, z, start, s0, s1, s2, s3, s4, s5)


def backward(g: Array, z: Array, x: Array, dx: Array, start: int, s0: int, s1: int, s2: int, s3: int, s4: int, s5: int) -> None:
    walk_add(g, dx, start, s0, s1, s2, s3, s4, s5)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Walk through x and stay on every row and element as long as its block lasts."""
    (*_, h, w), (down, across) = shapes[0], attrs["scale_factor"]
    return walk_plan(shapes[0], (prod(shapes[0][:-2]), h, down, w, across), (h * w, w, 0, 1, 0))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copies by 1."""
    return walk_local(e, plan((inputs[0].shape,), z.shape, attrs), z)


OP = array_op(
    "upsample_nearest",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="larger image of copies",
    symbols="upsample_nearest({x}, {scale_factor})",
    attrs={"scale_factor": 2},
    shape=enlarged("upsample_nearest"),
    plan=plan,
    ranks=RANKS,
    local=local,
    ints=INTS,
    examples=(Example("upsample_nearest([[1, 2]], (1, 2))", "[[1.0, 1.0, 2.0, 2.0]]"),),
)
