"""Exponential function. Its derivative is its value, so backward computes no second exponential.

    forward  z = e ** x
    backward dx = g · z

Source: Baydin et al., *Automatic Differentiation in Machine Learning: a Survey*, JMLR 18, 2018.
"""

from __future__ import annotations

from math import inf

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return numeric.exp(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g * z


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g * z,)


OP = elementwise(
    "exp",
    forward,
    backward,
    role="arithmetic",
    curve=Curve((0.0, inf)),
    title="exponential",
    symbols="exp({x})",
    gradient=gradient,
    examples=(Example("exp([0, 1])", "[1.0, 2.71828]"),),
)
TORCH = "x.exp()"
