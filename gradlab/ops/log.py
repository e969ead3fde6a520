"""Natural logarithm. Of 0 it is -inf, of a negative number NaN: a finding, not an error.

    forward  z = log x
    backward dx = g / x

Source: Baydin et al., *Automatic Differentiation in Machine Learning: a Survey*, JMLR 18, 2018.
"""

from __future__ import annotations

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return numeric.log(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g / x


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g / x,)


OP = elementwise(
    "log",
    forward,
    backward,
    role="arithmetic",
    title="natural logarithm",
    symbols="log({x})",
    gradient=gradient,
    examples=(Example("log([1, 0, -1])", "[0.0, -inf, nan]"),),
)
TORCH = "x.log()"
