"""Gaussian error linear unit, in its exact form: x times the probability that a standard normal number is less.

    forward  z = x · Φ(x)
    backward dx = g · (Φ(x) + x · φ(x))

The rounding of x counts x² times in Φ and φ: so many units in the last place, beside the usual 4, may both be off.
Φ, φ: distribution function and density of the standard normal distribution.
Source: Hendrycks & Gimpel, *Gaussian Error Linear Units*, arXiv 1606.08415, 2016.
"""

from __future__ import annotations

from math import inf

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return x * numeric.normal_cdf(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return g * (numeric.normal_cdf(x) + x * numeric.normal_density(x))


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g * (m.normal_cdf(x) + x * (numeric.DENSITY * m.exp(-0.5 * m.square(x)))),)


OP = elementwise(
    "gelu",
    forward,
    backward,
    role="activation",
    curve=Curve((-0.16997120747990369, inf)),
    title="gaussian error linear unit",
    symbols="gelu({x})",
    gradient=gradient,
    examples=(Example("gelu([-1, 0, 1])", "[-0.158655, 0.0, 0.841345]"),),
)
TORCH = "F.gelu(x)"
