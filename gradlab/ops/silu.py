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


def forward(x: Number) -> Number:
    return x * numeric.sigmoid(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g * (numeric.sigmoid(x) + x * numeric.logistic_slope(x))


OP = elementwise(
    "silu",
    forward,
    backward,
    role="activation",
    curve=Curve((-0.2784645427610738, inf)),
    title="sigmoid-weighted linear unit",
    symbols="silu({x})",
    examples=(Example("silu([-1, 0, 1])", "[-0.268941, 0.0, 0.731059]"),),
    aliases=("swish",),
)
