"""Sigmoid-weighted linear unit, also called swish: a gate that x opens for itself.

    forward  z = x · σ(x)
    backward dx = g · (σ(x) + z · (1 - σ(x)))

Source: Elfwing, Uchibe & Doya, *Sigmoid-Weighted Linear Units*, Neural Networks 107, 2018.
"""

from __future__ import annotations

from math import inf

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return x * numeric.sigmoid(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g * (numeric.sigmoid(x) + x * numeric.logistic_slope(x))


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g * (m.sigmoid(x) + z * m.sigmoid(-x)),)


OP = elementwise(
    "silu",
    forward,
    backward,
    role="activation",
    curve=Curve((-0.2784645427610738, inf)),
    title="sigmoid-weighted linear unit",
    symbols="silu({x})",
    gradient=gradient,
    examples=(Example("silu([-1, 0, 1])", "[-0.268941, 0.0, 0.731059]"),),
    aliases=("swish",),
)
TORCH = "F.silu(x)"
