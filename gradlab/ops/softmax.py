"""Softmax: turns numbers into probabilities along an axis, without overflow.

    forward  z = e ** x / Σ e ** x
    backward dx = z · (g - Σ g · z)

Source: Bridle, *Probabilistic Interpretation of Feedforward Classification Network Outputs*, 1990.
"""

from __future__ import annotations

import numpy as np

from gradlab.numeric import ZERO
from gradlab.op import Array, Attrs, Curve, Example, array_op
from gradlab.ops._along import exponentials, line_of, plan, same_shape, shifted
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, scratch: Array) -> None:
    for a in range(x.shape[0]):
        for b in range(x.shape[2]):
            shifted(x, a, b, scratch)
            s = exponentials(scratch)
            for i in range(x.shape[1]):
                z[a, i, b] = scratch[i] / s


def backward(g: Array, z: Array, x: Array, dx: Array, scratch: Array) -> None:
    for a in range(z.shape[0]):
        for b in range(z.shape[2]):
            s = ZERO
            for i in range(z.shape[1]):
                s += g[a, i, b] * z[a, i, b]
            for i in range(z.shape[1]):
                dx[a, i, b] += z[a, i, b] * (g[a, i, b] - s)


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: int) -> Sends:
    return (z * (g - m.sum(g * z, axis=axis, keepdims=True)),)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Element i moves element j of its line by z_j · ([i = j] - z_i)."""
    places, i = line_of(e, z.shape, attrs["axis"])
    probabilities = z.reshape(-1)[places]
    return places, probabilities * ((np.arange(places.size) == i) - probabilities[i])


OP = array_op(
    "softmax",
    forward,
    backward,
    inputs=("x",),
    role="activation",
    curve=Curve((0.0, 1.0)),
    title="softmax",
    symbols="softmax({x})",
    attrs={"axis": -1},
    shape=same_shape,
    plan=plan,
    ranks=(3, 3),
    local=local,
    scratch=True,
    applies="softmax",
    gradient=gradient,
    examples=(Example("softmax([0, 0])", "[0.5, 0.5]"), Example("softmax([1, 2, 3])", "[0.0900306, 0.244728, 0.665241]")),
)
