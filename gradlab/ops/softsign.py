"""A squashing function that saturates slowly: its slope falls like 1 / x², that of tanh exponentially.

    forward  z = x / (1 + |x|)
    backward dx = g / (1 + |x|)²

Source: Bergstra et al., *Quadratic Polynomials Learn Better Image Features*, Université de Montréal, 2009.
"""

from __future__ import annotations

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return x / (1.0 + numeric.absolute(x))


def backward(g: Number, z: Number, x: Number) -> Number:
    width = 1.0 + numeric.absolute(x)
    return g / (width * width)


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g / m.square(1.0 + m.abs(x)),)


OP = elementwise(
    "softsign",
    forward,
    backward,
    role="activation",
    curve=Curve((-1.0, 1.0)),
    title="soft sign",
    symbols="softsign({x})",
    gradient=gradient,
    examples=(Example("softsign([-1, 0, 3])", "[-0.5, 0.0, 0.75]"),),
)
TORCH = "F.softsign(x)"
