"""Soft rectifier: max(x, 0) with a round corner, without overflow for any x.

    forward  z = max(x, 0) + log(1 + e ** -|x|)
    backward dx = g · σ(x)

Source: Dugas et al., *Incorporating Second-Order Functional Knowledge for Better Option Pricing*, NIPS 2000.
"""

from __future__ import annotations

from math import inf

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return numeric.softplus(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g * numeric.sigmoid(x)


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g * m.sigmoid(x),)


OP = elementwise(
    "softplus",
    forward,
    backward,
    role="activation",
    curve=Curve((0.0, inf)),
    title="soft plus",
    symbols="softplus({x})",
    gradient=gradient,
    examples=(Example("softplus([-1000, 0, 1000])", "[0.0, 0.693147, 1000.0]"),),
)
TORCH = "F.softplus(x, threshold=40)"
