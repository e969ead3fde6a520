"""Logistic function: squashes to (0, 1), without overflow for any x.

    forward  z = 1 / (1 + e ** -x)
    backward dx = g · z · (1 - z)

Near its ends, where z has no digits left for 1 - z, dx is still right: it is taken from x, as e ** -|x| / (1 + e ** -|x|)².
Known as: expit; logistic.
Source: Rumelhart, Hinton & Williams, *Learning representations by back-propagating errors*, Nature 323, 1986.
"""

from __future__ import annotations

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return numeric.sigmoid(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g * numeric.logistic_slope(x)


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g * z * m.sigmoid(-x),)


OP = elementwise(
    "sigmoid",
    forward,
    backward,
    role="activation",
    curve=Curve((0.0, 1.0), (0.015, 0.985), 0.06),
    title="logistic function",
    symbols="sigmoid({x})",
    gradient=gradient,
    examples=(Example("sigmoid([-1000, 0, 1])", "[0.0, 0.5, 0.731059]"),),
)
TORCH = "torch.sigmoid(x)"
