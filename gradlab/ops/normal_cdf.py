"""The share of the normal distribution that lies below x, also where it is tiny: a sigmoid with thinner ends.

    forward  z = Φ(x)
    backward dx = g · φ(x)

φ(x) = e^(-x²/2) / √(2π) is the density. `gelu(x)` is x · Φ(x).
Source: Cody, *Rational Chebyshev Approximations for the Error Function*, Mathematics of Computation 23, 1969.
"""

from __future__ import annotations

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return numeric.normal_cdf(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g * numeric.normal_density(x)


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g * (numeric.DENSITY * m.exp(-0.5 * m.square(x))),)


OP = elementwise(
    "normal_cdf",
    forward,
    backward,
    role="activation",
    curve=Curve((0.0, 1.0), (0.01, 0.99), 0.07),
    title="normal distribution below x",
    symbols="normal_cdf({x})",
    gradient=gradient,
    examples=(Example("normal_cdf([0, -3])", "[0.5, 0.0013499]"),),
)
TORCH = "torch.special.ndtr(x)"
