"""Cosine of an angle in radians.

    forward  z = cos x
    backward dx = -g · sin x

Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008.
"""

from __future__ import annotations

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


@numeric.near(numeric.FAR_ANGLE)
def forward(x: Number) -> Number:
    return numeric.cos(x)


@numeric.near(numeric.FAR_ANGLE)
def backward(g: Number, z: Number, x: Number) -> Number:
    return -g * numeric.sin(x)


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (-(g * m.sin(x)),)


OP = elementwise(
    "cos",
    forward,
    backward,
    role="arithmetic",
    curve=Curve((-1.0, 1.0)),
    title="cosine",
    symbols="cos({x})",
    gradient=gradient,
    examples=(Example("cos([0, 1])", "[1.0, 0.540302]"),),
)
TORCH = "x.cos()"
