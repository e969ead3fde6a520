"""Hyperbolic tangent: squashes to (-1, 1), zero-centred. Backward uses the cached z.

    forward  z = tanh x
    backward dx = g · (1 - z²)

Source: LeCun, Bottou, Orr & Müller, *Efficient BackProp*, 1998.
"""

from __future__ import annotations

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise


def forward(x: Number) -> Number:
    return numeric.tanh(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g * (1.0 - z * z)


OP = elementwise(
    "tanh",
    forward,
    backward,
    role="activation",
    curve=Curve((-1.0, 1.0), (-0.97, 0.97), 0.06),
    title="hyperbolic tangent",
    symbols="tanh({x})",
    examples=(Example("tanh([0, 1])", "[0.0, 0.761594]"),),
)
