"""Tangent of an angle in radians.

    forward  z = tan x
    backward dx = g · (1 + z²)

Source: Abramowitz & Stegun, *Handbook of Mathematical Functions*, 1964, ch. 4.
"""

from __future__ import annotations

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Example, elementwise
from gradlab.terms import Maker, Sends, Term


@numeric.near(numeric.FAR_ANGLE)
def forward(x: Number) -> Number:
    return numeric.tan(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g * (1.0 + z * z)


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g * (1.0 + m.square(z)),)


OP = elementwise(
    "tan",
    forward,
    backward,
    role="arithmetic",
    title="tangent",
    symbols="tan({x})",
    gradient=gradient,
    examples=(Example("tan([0, 1])", "[0.0, 1.55741]"),),
)
TORCH = "x.tan()"
