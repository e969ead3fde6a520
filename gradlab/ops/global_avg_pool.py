"""Mean of every channel of an image: a pool whose window is the whole image.

    forward  z = Σ x / count       x: (…, c, h, w)   z: (…, c)
    backward dx = g / count

count: elements of an image.
Known as: GlobalAveragePooling2D.
Source: Lin, Chen & Yan, *Network in Network*, ICLR 2014.
"""

from __future__ import annotations

from math import prod

import numpy as np

from gradlab.numeric import total
from gradlab.op import Array, Attrs, Example, array_op
from gradlab.ops._pool import GLOBAL_RANKS, global_plan, global_shape
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array) -> None:
    for n in range(z.shape[0]):
        z[n] = total(x[n]) / x.shape[1]


def backward(g: Array, z: Array, x: Array, dx: Array) -> None:
    for n in range(g.shape[0]):
        line, part = dx[n], g[n] / x.shape[1]
        for p in range(line.shape[0]):
            line[p] += part


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    part = m.reshape(g / prod(x.shape[-2:]), shape=(*g.shape, 1, 1))
    return (m.expand(part, shape=x.shape),)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its channel by 1 / count."""
    count = inputs[0].shape[-2] * inputs[0].shape[-1]
    return np.array([e // count]), np.full(1, 1.0 / count, z.dtype)


OP = array_op(
    "global_avg_pool",
    forward,
    backward,
    inputs=("x",),
    role="pool",
    title="mean of every channel",
    symbols="global_avg_pool({x})",
    shape=global_shape("global_avg_pool"),
    plan=global_plan,
    ranks=GLOBAL_RANKS,
    local=local,
    gradient=gradient,
    examples=(Example("global_avg_pool([[[1, 2], [3, 6]]])", "[3.0]"),),
)
TORCH = "x.mean((-2, -1))"
