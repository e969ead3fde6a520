"""Greatest element of every channel of an image: a pool whose window is the whole image.

    forward  z = max x       x: (…, c, h, w)   z: (…, c)
    backward dx = g where x wins else 0

Of equal elements the first wins, and NaN wins over every number.
Known as: GlobalMaxPooling2D.
Source: Oquab, Bottou, Laptev & Sivic, *Is Object Localization for Free?*, CVPR 2015.
"""

from __future__ import annotations

from math import prod

import numpy as np

from gradlab.numeric import helper
from gradlab.op import Array, Attrs, Example, array_op
from gradlab.ops._masks import but_nan
from gradlab.ops._pool import GLOBAL_RANKS, global_plan, global_shape
from gradlab.terms import Maker, Sends, Term


@helper
def winner(line: Array) -> int:
    """Return the place of the greatest element; of equals the first, NaN over all numbers."""
    return int(np.argmax(line))


def forward(x: Array, z: Array) -> None:
    for n in range(z.shape[0]):
        z[n] = x[n, winner(x[n])]


def backward(g: Array, z: Array, x: Array, dx: Array) -> None:
    for n in range(g.shape[0]):
        dx[n, winner(x[n])] += z[n] if np.isnan(z[n]) else g[n]


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    flat = m.reshape(x, shape=(*z.shape, prod(x.shape[-2:])))
    won = m.one_hot(m.argmax(flat, axis=-1), classes=flat.shape[-1])
    part = m.reshape(but_nan(m, z, g), shape=(*g.shape, 1))
    return (m.reshape(m.where(won, part, 0.0), shape=x.shape),)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """The winner moves its channel by 1, everything else by 0."""
    image = inputs[0].reshape(max(1, z.size), -1)
    channel, place = divmod(e, image.shape[1])
    return np.array([channel]), np.full(1, float(np.argmax(image[channel]) == place), z.dtype)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return who wins every channel."""
    x = inputs[0]
    return np.asarray(np.argmax(x.reshape(*x.shape[:-2], x.shape[-2] * x.shape[-1]), axis=-1))


OP = array_op(
    "global_max_pool",
    forward,
    backward,
    inputs=("x",),
    role="pool",
    title="greatest of every channel",
    symbols="global_max_pool({x})",
    shape=global_shape("global_max_pool"),
    plan=global_plan,
    ranks=GLOBAL_RANKS,
    local=local,
    branch=branch,
    gradient=gradient,
    examples=(Example("global_max_pool([[[1, 2], [3, 6]]])", "[6.0]"),),
)
TORCH = "x.flatten(-2).max(-1).values"
