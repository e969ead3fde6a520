"""Square root. Of a negative number it is NaN; at 0 its slope is infinite.

    forward  z = √x
    backward dx = g / (2 · z)

Known as: rsqrt: 1 / sqrt(x).
Source: Baydin et al., *Automatic Differentiation in Machine Learning: a Survey*, JMLR 18, 2018.
"""

from __future__ import annotations

from math import inf

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return numeric.sqrt(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return 0.5 * g / z


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g / (2.0 * z),)


OP = elementwise(
    "sqrt",
    forward,
    backward,
    role="arithmetic",
    curve=Curve((0.0, inf)),
    title="square root",
    symbols="sqrt({x})",
    gradient=gradient,
    examples=(Example("sqrt(9.0)", "3.0"),),
)
TORCH = "x.sqrt()"
