"""Difference of two arrays.

    forward  z = x - y
    backward dx = g,  dy = -g

Shapes broadcast as in NumPy; what an input was repeated over, its gradient is summed over.
Known as: subtract.
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008.
"""

from __future__ import annotations

from gradlab.numeric import Number
from gradlab.op import Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number, y: Number) -> Number:
    return x - y


def backward(g: Number, z: Number, x: Number, y: Number) -> tuple[Number, Number]:
    return g, -g


def gradient(m: Maker, g: Term, z: Term, x: Term, y: Term) -> Sends:
    return g, -g


OP = elementwise(
    "sub",
    forward,
    backward,
    role="arithmetic",
    title="subtract",
    symbols="{x} - {y}",
    operator="-",
    gradient=gradient,
    examples=(Example("sub(2.0, 3.0)", "-1.0"),),
)
TORCH = "x - y"
