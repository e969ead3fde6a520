"""Variance of every channel around means that are known: the second line of batch normalisation.

    forward  z = Σ (x - m)² / n                 x: (B, C, …)   m, z: (C, 1, …), for x of two axes (C,)
    backward dx = 2 · g · (x - m) / n,  dm = -2 · g · Σ (x - m) / n

n: how many numbers a channel has, B times its places; it divides by n, not by n - 1. When m is the mean of x itself, dm is zero
but for rounding.
Source: Ioffe & Szegedy, *Batch Normalization: Accelerating Deep Network Training*, ICML 2015, algorithm 1.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import wide
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._channels import channel_shape, spread_distances, square_distances, view
from gradlab.ops._reduce import room
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, m: Array, z: Array, scratch: Array) -> None:
    square_distances(x, m, z, wide(scratch))


def backward(g: Array, z: Array, x: Array, m: Array, dx: Array, dm: Array, scratch: Array) -> None:
    spread_distances(g, x, m, dx, dm, wide(scratch))


def gradient(m: Maker, g: Term, z: Term, x: Term, mean: Term) -> Sends:
    dx = 2.0 * g / max(1, prod(x.shape) // max(1, x.shape[1])) * (x - mean)
    return dx, -dx


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of m, which holds one number a channel of x. Raises ShapeError."""
    wanted = channel_shape(shapes, attrs)
    if shapes[1] != wanted:
        raise ShapeError(f"the means of the channels of {shapes[0]} have shape {wanted}, got {shapes[1]}")
    return wanted


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See x as (samples, channels, places); the working memory holds sums and slopes."""
    return Plan((view(shapes[0]), (out[0],), (out[0],)), scratch=room(2 * out[0]))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """A number moves the variance of its channel by twice its distance from the mean over n, the mean by their sum."""
    x, m = inputs
    seen = x.reshape(view(x.shape))
    n = seen.shape[0] * seen.shape[2]
    if k == 0:
        b, c, i = (int(q) for q in np.unravel_index(e, seen.shape))
        return np.array([c]), np.array([2.0 * (seen[b, c, i] - m.reshape(-1)[c]) / n])
    return np.array([e]), np.array([-2.0 * np.sum(seen[:, e] - m.reshape(-1)[e]) / n])


OP = array_op(
    "channel_var",
    forward,
    backward,
    inputs=("x", "m"),
    role="reduce",
    title="variance of a channel",
    symbols="channel_var({x}, {m})",
    shape=shape,
    plan=plan,
    ranks=(3, 1, 1),
    local=local,
    scratch=True,
    gradient=gradient,
    examples=(Example("channel_var([[1, 2], [3, 6]], [2, 4])", "[1.0, 4.0]"),),
)


def TORCH(call: TorchCall) -> str:
    """Return the mean square around m."""
    axes = (0, *range(2, len(call.shapes[0])))
    return f"((x - m) ** 2).mean({axes}).reshape(shape)" if len(axes) > 1 else "((x - m) ** 2).mean(0)"
