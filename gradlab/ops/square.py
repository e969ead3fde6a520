"""Square; the same as x ** 2, without a power.

    forward  z = x²
    backward dx = g · 2 · x

Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008.
"""

from __future__ import annotations

from math import inf

from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return x * x


def backward(g: Number, z: Number, x: Number) -> Number:
    return 2.0 * g * x


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (2.0 * g * x,)


OP = elementwise(
    "square",
    forward,
    backward,
    role="arithmetic",
    curve=Curve((0.0, inf)),
    title="square",
    symbols="{x}²",
    gradient=gradient,
    examples=(Example("square([-3, 2])", "[9.0, 4.0]"),),
)
TORCH = "x ** 2"
