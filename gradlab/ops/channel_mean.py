"""Mean of every channel, over all samples and all places: the first line of batch normalisation.

    forward  z = Σ x / n                        x: (B, C, …)   z: (C, 1, …), for x of two axes (C,)
    backward dx = g / n

n: how many numbers a channel has, B times its places. The second axis of x counts the channels.
Source: Ioffe & Szegedy, *Batch Normalization: Accelerating Deep Network Training*, ICML 2015, algorithm 1.
"""

from __future__ import annotations

from math import prod

import numpy as np

from gradlab.numeric import wide
from gradlab.op import Array, Attrs, Example, array_op
from gradlab.ops._channels import channel_shape, counted_plan
from gradlab.ops._reduce import INTS, RANKS, add_up, spread
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, n: float, scratch: Array) -> None:
    add_up(x, z, n, wide(scratch), k0, r0, k1, r1, k2, r2)


def backward(
    g: Array, z: Array, x: Array, dx: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, n: float, scratch: Array
) -> None:
    if n > 0:
        spread(g, dx, 1.0 / n, k0, r0, k1, r1, k2, r2)


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (m.expand(g / max(1, prod(x.shape) // max(1, x.shape[1])), shape=x.shape),)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every number moves the mean of its channel by 1/n."""
    (x,) = inputs
    channel = int(np.unravel_index(e, x.shape)[1])
    return np.array([channel]), np.full(1, z.size / x.size, z.dtype)


OP = array_op(
    "channel_mean",
    forward,
    backward,
    inputs=("x",),
    role="reduce",
    title="mean of a channel",
    symbols="channel_mean({x})",
    shape=channel_shape,
    plan=counted_plan,
    ranks=RANKS,
    local=local,
    ints=INTS,
    floats=("n",),
    scratch=True,
    gradient=gradient,
    examples=(Example("channel_mean([[1, 2], [3, 6]])", "[2.0, 4.0]"),),
)


def TORCH(call: TorchCall) -> str:
    """Return the mean of each channel."""
    axes = (0, *range(2, len(call.shapes[0])))
    return f"x.mean({axes[0] if len(axes) == 1 else axes}).reshape(shape)" if len(axes) > 1 else "x.mean(0)"
