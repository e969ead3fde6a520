"""Natural logarithm of 1 + x, which keeps the digits of a small x. Of -1 it is -inf, of what is below NaN: a finding.

    forward  z = log(1 + x)
    backward dx = g / (1 + x)

Source: Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., 2002, ch. 1.
"""

from __future__ import annotations

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return numeric.log1p(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g / (1.0 + x)


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g / (1.0 + x),)


OP = elementwise(
    "log1p",
    forward,
    backward,
    role="arithmetic",
    title="logarithm of one more",
    symbols="log1p({x})",
    gradient=gradient,
    examples=(Example("log1p([-1, 0, 1e-10])", "[-inf, 0.0, 1e-10]"),),
)
TORCH = "x.log1p()"
