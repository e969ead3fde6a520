"""The opposite number.

    forward  z = -x
    backward dx = -g

Known as: negative.
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008.
"""

from __future__ import annotations

from gradlab.numeric import Number
from gradlab.op import Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return -x


def backward(g: Number, z: Number, x: Number) -> Number:
    return -g


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (-g,)


OP = elementwise(
    "neg",
    forward,
    backward,
    role="arithmetic",
    title="negate",
    symbols="-{x}",
    operator="-",
    gradient=gradient,
    examples=(Example("neg(2.0)", "-2.0"),),
)
TORCH = "-x"
