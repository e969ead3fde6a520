"""The angle, in radians from 0 to π, whose cosine is x; beyond -1 and 1 NaN. At both the slope is infinite.

    forward  z = arccos x
    backward dx = -g / √(1 - x²)

Known as: arccos.
Source: Abramowitz & Stegun, *Handbook of Mathematical Functions*, 1964, ch. 4.
"""

from __future__ import annotations

from math import pi

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return numeric.acos(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return -g / numeric.sqrt((1.0 - x) * (1.0 + x))


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (-g / m.sqrt((1.0 - x) * (1.0 + x)),)


OP = elementwise(
    "acos",
    forward,
    backward,
    role="arithmetic",
    curve=Curve((0.0, pi)),
    title="arc cosine",
    symbols="acos({x})",
    gradient=gradient,
    examples=(Example("acos([-1, 0, 1])", "[3.14159, 1.5708, 0.0]"),),
)
TORCH = "x.acos()"
