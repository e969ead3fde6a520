"""The error function: twice the part of a normal distribution of variance 1/2 that lies between 0 and x.

    forward  z = 2 / √π · ∫₀ˣ e ** -t² dt
    backward dx = g · 2 / √π · e ** -x²

The rounding of x counts x² times in the slope: so many units in the last place, beside the usual 4, may it be off.
Source: Abramowitz & Stegun, *Handbook of Mathematical Functions*, 1964, ch. 7.
"""

from __future__ import annotations

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term

SLOPE = 1.1283791670955126
"""2 / √π."""


def forward(x: Number) -> Number:
    return numeric.erf(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g * SLOPE * numeric.exp(-x * x)


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g * (SLOPE * m.exp(-m.square(x))),)


OP = elementwise(
    "erf",
    forward,
    backward,
    role="arithmetic",
    curve=Curve((-1.0, 1.0)),
    title="error function",
    symbols="erf({x})",
    gradient=gradient,
    examples=(Example("erf([-1, 0, 1])", "[-0.842701, 0.0, 0.842701]"),),
)
TORCH = "x.erf()"
