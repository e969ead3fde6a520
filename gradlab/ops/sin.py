"""Sine of an angle in radians.

    forward  z = sin x
    backward dx = g · cos x

Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008.
"""

from __future__ import annotations

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


@numeric.near(numeric.FAR_ANGLE)
def forward(x: Number) -> Number:
    return numeric.sin(x)


@numeric.near(numeric.FAR_ANGLE)
def backward(g: Number, z: Number, x: Number) -> Number:
    return g * numeric.cos(x)


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g * m.cos(x),)


OP = elementwise(
    "sin",
    forward,
    backward,
    role="arithmetic",
    curve=Curve((-1.0, 1.0)),
    title="sine",
    symbols="sin({x})",
    gradient=gradient,
    examples=(Example("sin([0, 1])", "[0.0, 0.841471]"),),
)
TORCH = "x.sin()"
