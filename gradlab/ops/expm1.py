"""e to the power x, less 1, which keeps the digits of a small x.

    forward  z = e ** x - 1
    backward dx = g · e ** x

Source: Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., 2002, ch. 1.
"""

from __future__ import annotations

from math import inf

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return numeric.expm1(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g * numeric.exp(x)


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g * m.exp(x),)


OP = elementwise(
    "expm1",
    forward,
    backward,
    role="arithmetic",
    curve=Curve((-1.0, inf)),
    title="exponential less one",
    symbols="expm1({x})",
    gradient=gradient,
    examples=(Example("expm1([0, 1e-10, 1])", "[0.0, 1e-10, 1.71828]"),),
)
TORCH = "x.expm1()"
