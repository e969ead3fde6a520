"""Sum of two arrays: distributes its gradient to both.

    forward  z = x + y
    backward dx = g,  dy = g

Shapes broadcast as in NumPy; what an input was repeated over, its gradient is summed over.
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008.
"""

from __future__ import annotations

from gradlab.numeric import Number
from gradlab.op import Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number, y: Number) -> Number:
    return x + y


def backward(g: Number, z: Number, x: Number, y: Number) -> tuple[Number, Number]:
    return g, g


def gradient(m: Maker, g: Term, z: Term, x: Term, y: Term) -> Sends:
    return g, g


OP = elementwise(
    "add",
    forward,
    backward,
    role="arithmetic",
    title="add",
    symbols="{x} + {y}",
    operator="+",
    gradient=gradient,
    examples=(Example("add(2.0, 3.0)", "5.0"), Example("add([[1, 2], [3, 4]], [10, 20])", "[[11.0, 22.0], [13.0, 24.0]]")),
)
TORCH = "x + y"
