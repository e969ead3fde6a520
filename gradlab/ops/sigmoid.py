"""Logistic function: squashes to (0, 1), without overflow for any x. Backward uses the cached z.

    forward  z = 1 / (1 + e ** -x)
    backward dx = g · z · (1 - z)

Source: Rumelhart, Hinton & Williams, *Learning representations by back-propagating errors*, Nature 323, 1986.
"""

from __future__ import annotations

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise


def forward(x: Number) -> Number:
    return numeric.sigmoid(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g * z * (1.0 - z)


OP = elementwise(
    "sigmoid",
    forward,
    backward,
    role="activation",
    curve=Curve((0.0, 1.0), (0.015, 0.985), 0.06),
    title="logistic function",
    symbols="sigmoid({x})",
    examples=(Example("sigmoid([-1000, 0, 1])", "[0.0, 0.5, 0.731059]"),),
)
