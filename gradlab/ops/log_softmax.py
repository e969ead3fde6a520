"""Logarithm of softmax, computed as one: probabilities too small for a number still have a logarithm.

    forward  z = x - log Σ e ** x
    backward dx = g - e ** z · Σ g

Source: Blanchard, Higham & Higham, *Accurately computing the log-sum-exp and softmax functions*, IMA J. Numer. Anal. 41, 2021.
"""

from __future__ import annotations

from math import inf

import numpy as np

from gradlab.numeric import ZERO, exp, log
from gradlab.op import Array, Attrs, Curve, Example, array_op
from gradlab.ops._along import exponentials, line_of, plan, same_shape, shifted
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, scratch: Array) -> None:
    for a in range(x.shape[0]):
        for b in range(x.shape[2]):
            high = shifted(x, a, b, scratch)
            rest = log(exponentials(scratch))
            for i in range(x.shape[1]):
                z[a, i, b] = (x[a, i, b] - high) - rest


def backward(g: Array, z: Array, x: Array, dx: Array, scratch: Array) -> None:
    for a in range(z.shape[0]):
        for b in range(z.shape[2]):
            s = ZERO
            for i in range(z.shape[1]):
                s += g[a, i, b]
            for i in range(z.shape[1]):
                dx[a, i, b] += g[a, i, b] - exp(z[a, i, b]) * s


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: int) -> Sends:
    return (g - m.exp(z) * m.sum(g, axis=axis, keepdims=True),)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Element i moves element j of its line by [i = j] - softmax_i."""
    places, i = line_of(e, z.shape, attrs["axis"])
    return places, (np.arange(places.size) == i) - exp(z.reshape(-1)[places[i]])


OP = array_op(
    "log_softmax",
    forward,
    backward,
    inputs=("x",),
    role="activation",
    curve=Curve((-inf, 0.0)),
    title="logarithm of softmax",
    symbols="log_softmax({x})",
    attrs={"axis": -1},
    shape=same_shape,
    plan=plan,
    ranks=(3, 3),
    local=local,
    scratch=True,
    applies="softmax",
    gradient=gradient,
    examples=(Example("log_softmax([0, 0])", "[-0.693147, -0.693147]"), Example("log_softmax([0, 1000])", "[-1000.0, 0.0]")),
)
