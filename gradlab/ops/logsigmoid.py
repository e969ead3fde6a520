"""Logarithm of the sigmoid, without overflow and without losing small slopes: minus the soft plus of -x.

    forward  z = log σ(x)
    backward dx = g · σ(-x)

Source: Mikolov et al., *Distributed Representations of Words and Phrases and their Compositionality*, NIPS 2013.
"""

from __future__ import annotations

from math import inf

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return 0.0 - numeric.softplus(-x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g * numeric.sigmoid(-x)


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g * m.sigmoid(-x),)


OP = elementwise(
    "logsigmoid",
    forward,
    backward,
    role="activation",
    curve=Curve((-inf, 0.0)),
    title="logarithm of the sigmoid",
    symbols="log σ({x})",
    gradient=gradient,
    examples=(Example("logsigmoid([-1000, 0, 1000])", "[-1000.0, -0.693147, 0.0]"),),
)
TORCH = "F.logsigmoid(x)"
