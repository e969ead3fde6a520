"""Greatest element of every window: the window walks over each channel of a volume, and keeps what is strongest there.

    forward  z = max of the window             x: (…, d, h, w)
    backward dx = Σ g of the windows that it wins

Three numbers are for depth, height and width. Of equal elements the first wins, and NaN wins over every number. What does not
win gets no gradient.

Arguments:
    stride   whole, from 1, or one for each axis: how far the window moves; None: its size
    padding  whole, from 0, or one for each axis: a border that never wins, at most half of the window

Known as: MaxPooling3D.
Source: Tran, Bourdev, Fergus, Torresani & Paluri, *Learning Spatiotemporal Features with 3D Convolutional Networks*, ICCV 2015.
"""

from __future__ import annotations

from gradlab.op import Array, Attrs, Example, array_op
from gradlab.ops._pool import MAX_ATTRS, shape, work
from gradlab.ops._torch import windowed
from gradlab.ops._volume import POOL_INTS, max_plan, pick, places_of, pool_ints, route, winners


def forward(x: Array, z: Array, deep: int, tall: int, wide: int, sd: int, sh: int, sw: int, pd: int, ph: int, pw: int,
            dd: int, dh: int, dw: int, scratch: Array) -> None:  # fmt: skip
    pick(x, z, scratch, deep, tall, wide, sd, sh, sw, pd, ph, pw, dd, dh, dw)


def backward(g: Array, z: Array, x: Array, dx: Array, deep: int, tall: int, wide: int, sd: int, sh: int, sw: int, pd: int,
             ph: int, pw: int, dd: int, dh: int, dw: int, scratch: Array) -> None:  # fmt: skip
    route(g, z, scratch, dx)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """An element moves every window that it wins by 1."""
    spots, _ = places_of(e, inputs[0].shape, z.shape, pool_ints(attrs))
    return spots, (winners(inputs[0], z.shape, attrs).reshape(-1)[spots] == e).astype(z.dtype)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return who wins every window."""
    return winners(inputs[0], z.shape, attrs)


OP = array_op(
    "max_pool3d",
    forward,
    backward,
    inputs=("x",),
    role="pool",
    title="greatest of every window",
    symbols="max_pool3d({x}, {kernel_size})",
    attrs=MAX_ATTRS,
    shape=shape("max_pool3d", 3),
    plan=max_plan,
    ranks=(4, 4),
    ints=POOL_INTS,
    work=work,
    local=local,
    branch=branch,
    scratch=True,
    examples=(Example("max_pool3d([[[[1, 2]], [[4, 3]]]], (2, 1, 1))", "[[[[4.0, 3.0]]]]"),),
)
TORCH = windowed("F.max_pool3d", "x, kernel_size", stride=None, padding=0, dilation=1, ceil_mode=False)
