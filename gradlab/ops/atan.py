"""The angle, in radians from -π/2 to π/2, whose tangent is x. Of two coordinates it is `atan2`.

    forward  z = arctan x
    backward dx = g / (1 + x²)

Known as: arctan.
Source: Abramowitz & Stegun, *Handbook of Mathematical Functions*, 1964, ch. 4.
"""

from __future__ import annotations

from math import pi

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return numeric.atan(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g / (1.0 + x * x)


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g / (1.0 + m.square(x)),)


OP = elementwise(
    "atan",
    forward,
    backward,
    role="arithmetic",
    curve=Curve((-pi / 2, pi / 2)),
    title="arc tangent",
    symbols="atan({x})",
    gradient=gradient,
    examples=(Example("atan([-1, 0, 1])", "[-0.785398, 0.0, 0.785398]"),),
)
TORCH = "x.atan()"
