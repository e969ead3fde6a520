"""Hyperbolic tangent: squashes to (-1, 1), zero-centred.

    forward  z = tanh x
    backward dx = g · (1 - z²)

Near its ends, where z has no digits left for 1 - z, dx is still right: it is taken from x, as 1 / cosh² x.
Source: LeCun, Bottou, Orr & Müller, *Efficient BackProp*, 1998.
"""

from __future__ import annotations

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return numeric.tanh(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g * (4.0 * numeric.logistic_slope(2.0 * x))


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (4.0 * g * m.sigmoid(2.0 * x) * m.sigmoid(-2.0 * x),)


OP = elementwise(
    "tanh",
    forward,
    backward,
    role="activation",
    curve=Curve((-1.0, 1.0), (-0.97, 0.97), 0.06),
    title="hyperbolic tangent",
    symbols="tanh({x})",
    gradient=gradient,
    examples=(Example("tanh([0, 1])", "[0.0, 0.761594]"),),
)
TORCH = "torch.tanh(x)"
