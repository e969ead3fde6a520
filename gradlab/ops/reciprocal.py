"""One divided by x; at 0 it is infinite.

    forward  z = 1 / x
    backward dx = -g · z²

Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008.
"""

from __future__ import annotations

from gradlab.numeric import Number
from gradlab.op import Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return 1.0 / x


def backward(g: Number, z: Number, x: Number) -> Number:
    return -g * z * z


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (-(g * z * z),)


OP = elementwise(
    "reciprocal",
    forward,
    backward,
    role="arithmetic",
    title="reciprocal",
    symbols="1 / {x}",
    gradient=gradient,
    examples=(Example("reciprocal([4, 0])", "[0.25, inf]"),),
)
TORCH = "1 / x"
