"""Quotient of two arrays. By zero it is inf or NaN, which is a finding and not an error.

    forward  z = x / y
    backward dx = g / y,  dy = -g · z / y

Shapes broadcast as in NumPy; what an input was repeated over, its gradient is summed over.
Known as: divide; true_divide.
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008.
"""

from __future__ import annotations

from gradlab.numeric import Number
from gradlab.op import Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number, y: Number) -> Number:
    return x / y


def backward(g: Number, z: Number, x: Number, y: Number) -> tuple[Number, Number]:
    dx = g / y
    return dx, -dx * z


def gradient(m: Maker, g: Term, z: Term, x: Term, y: Term) -> Sends:
    dx = g / y
    return dx, -dx * z


OP = elementwise(
    "div",
    forward,
    backward,
    role="arithmetic",
    title="divide",
    symbols="{x} / {y}",
    operator="/",
    gradient=gradient,
    examples=(Example("div(1.0, 4.0)", "0.25"), Example("div([1, -1], 0)", "[inf, -inf]")),
)
TORCH = "x / y"
