"""Scaled exponential linear unit: its two constants keep mean 0 and variance 1 from layer to layer.

    forward  z = λ · x where x > 0 else λ · α · (e ** x - 1)
    backward dx = g · λ where x > 0 else g · λ · α · e ** x

λ = 1.0507, α = 1.6733. At x = 0 the slope is that of the negative side.
Source: Klambauer et al., *Self-Normalizing Neural Networks*, NIPS 2017.
"""

from __future__ import annotations

from math import inf

import numpy as np

from gradlab.numeric import Number, exp, expm1, select
from gradlab.op import Array, Attrs, Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term

SCALE = 1.0507009873554805
FLOOR = 1.0507009873554805 * 1.6732632423543772


def forward(x: Number) -> Number:
    return select(x > 0, SCALE * x, FLOOR * expm1(x))


def backward(g: Number, z: Number, x: Number) -> Number:
    return select(x > 0, SCALE * g, g * (FLOOR * exp(x)))


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    bent = FLOOR * m.exp(m.minimum(x, 0.0))
    return (m.where(m.greater(x, 0.0), SCALE * g, g * bent),)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return whether the unit is in its linear part."""
    return np.asarray(inputs[0] > 0)


OP = elementwise(
    "selu",
    forward,
    backward,
    role="activation",
    curve=Curve((-FLOOR, inf)),
    title="scaled exponential linear unit",
    symbols="selu({x})",
    branch=branch,
    gradient=gradient,
    examples=(Example("selu([-1, 1])", "[-1.11133, 1.0507]"),),
)
TORCH = "F.selu(x)"
