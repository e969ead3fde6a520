"""Greatest element of every window: the window walks over each channel of a signal, and keeps what is strongest there.

    forward  z = max of the window             x: (…, n)
    backward dx = Σ g of the windows that it wins

Of equal elements the first wins, and NaN wins over every number. What does not win gets no gradient. A last window that reaches
beyond the border begins in x or before it.

Arguments:
    stride   whole, from 1, or one for each axis: how far the window moves; None: its size
    padding  whole, from 0, or one for each axis: a border that never wins, at most half of the window

Known as: MaxPooling1D.
Source: Boureau, Ponce & LeCun, *A Theoretical Analysis of Feature Pooling in Visual Recognition*, ICML 2010.
"""

from __future__ import annotations

from gradlab.numeric import straight
from gradlab.op import Array, Example, array_op
from gradlab.ops._masks import but_nan
from gradlab.ops._pool import MAX_ATTRS, RANKS, branch, max_local, pick, route, shape, switched_plan, work
from gradlab.ops._torch import windowed
from gradlab.ops._window import INTS
from gradlab.terms import Maker, Sends, Term


@straight
def forward(x: Array, z: Array, h: int, w: int, tall: int, wide: int, high: int, broad: int,
            sh: int, sw: int, ph: int, pw: int, dh: int, dw: int, scratch: Array) -> None:  # fmt: skip
    pick(x, z, scratch.reshape(z.shape), h, w, tall, wide, high, broad, sh, sw, ph, pw, dh, dw)


@straight
def backward(g: Array, z: Array, x: Array, dx: Array, h: int, w: int, tall: int, wide: int, high: int, broad: int,
            sh: int, sw: int, ph: int, pw: int, dh: int, dw: int, scratch: Array) -> None:  # fmt: skip
    route(g, z, scratch.reshape(z.shape), dx)


def gradient(m: Maker, g: Term, z: Term, x: Term, ceil_mode: bool, padding: int, **sizes: int) -> Sends:
    image, small = (m.reshape(a, shape=(*a.shape[:-1], 1, a.shape[-1])) for a in (x, but_nan(m, z, g)))
    rows = {name: (1, n) for name, n in sizes.items()}
    return (m.reshape(m.max_unpool2d(small, image, padding=(0, padding), ceil_mode=ceil_mode, **rows), shape=x.shape),)


OP = array_op(
    "max_pool1d",
    forward,
    backward,
    inputs=("x",),
    role="pool",
    title="greatest of every window",
    symbols="max_pool1d({x}, {kernel_size})",
    attrs=MAX_ATTRS,
    shape=shape("max_pool1d", 1),
    plan=switched_plan,
    ranks=RANKS,
    ints=INTS,
    work=work,
    local=max_local,
    branch=branch,
    scratch=True,
    gradient=gradient,
    examples=(Example("max_pool1d([[1, 3, 2, 5, 4]], 3, stride=1)", "[[3.0, 5.0, 5.0]]"),),
)
TORCH = windowed("F.max_pool1d", "x, kernel_size", stride=None, padding=0, dilation=1, ceil_mode=False)
