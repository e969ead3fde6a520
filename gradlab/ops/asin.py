"""The angle, in radians from -π/2 to π/2, whose sine is x; beyond -1 and 1 NaN. At both the slope is infinite.

    forward  z = arcsin x
    backward dx = g / √(1 - x²)

Known as: arcsin.
Source: Abramowitz & Stegun, *Handbook of Mathematical Functions*, 1964, ch. 4.
"""

from __future__ import annotations

from math import pi

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return numeric.asin(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g / numeric.sqrt((1.0 - x) * (1.0 + x))


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g / m.sqrt((1.0 - x) * (1.0 + x)),)


OP = elementwise(
    "asin",
    forward,
    backward,
    role="arithmetic",
    curve=Curve((-pi / 2, pi / 2)),
    title="arc sine",
    symbols="asin({x})",
    gradient=gradient,
    examples=(Example("asin([-1, 0, 0.5])", "[-1.5708, 0.0, 0.523599]"),),
)
TORCH = "x.asin()"
