"""Product of two arrays, element by element: each input is the other's slope.

    forward  z = x · y
    backward dx = g · y,  dy = g · x

Shapes broadcast as in NumPy; what an input was repeated over, its gradient is summed over.
Known as: multiply.
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008.
"""

from __future__ import annotations

from gradlab.numeric import Number
from gradlab.op import Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number, y: Number) -> Number:
    return x * y


def backward(g: Number, z: Number, x: Number, y: Number) -> tuple[Number, Number]:
    return g * y, g * x


def gradient(m: Maker, g: Term, z: Term, x: Term, y: Term) -> Sends:
    return g * y, g * x


OP = elementwise(
    "mul",
    forward,
    backward,
    role="arithmetic",
    title="multiply",
    symbols="{x} · {y}",
    operator="*",
    gradient=gradient,
    examples=(Example("mul(2.0, 3.0)", "6.0"), Example("mul([1, 2, 3], 10)", "[10.0, 20.0, 30.0]")),
)
TORCH = "x * y"
