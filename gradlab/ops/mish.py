"""A smooth unit that lets small negative numbers through: x times the tanh of its soft plus.

    forward  z = x · tanh(log(1 + e ** x))
    backward dx = g · e ** x · (4(x + 1) + 4 e ** 2x + e ** 3x + e ** x · (4x + 6)) / (2 e ** x + e ** 2x + 2)²

Source: Misra, *Mish: A Self Regularized Non-Monotonic Activation Function*, BMVC 2020.
"""

from __future__ import annotations

from math import inf

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term

LOWEST = -0.30884341301725043


def forward(x: Number) -> Number:
    s = numeric.exp(-numeric.absolute(x))
    part = numeric.select(x >= 0, 1.0 + 2.0 * s, s * (s + 2.0))
    return x * (part / (part + numeric.select(x >= 0, 2.0 * s * s, 2.0)))


def backward(g: Number, z: Number, x: Number) -> Number:
    s = numeric.exp(-numeric.absolute(x))  # of both signs the power that cannot overflow
    low = s * (s * (s * (4.0 + s) + 4.0 * x + 6.0) + 4.0 * (x + 1.0))
    high = 1.0 + s * (s * (4.0 * s * (x + 1.0) + 4.0 * x + 6.0) + 4.0)
    high = numeric.select(x >= 0, high, low)
    low = 1.0 + s * (2.0 + 2.0 * s)
    s = 2.0 + s * (2.0 + s)  # few arrays at once: `test_no_formula_holds_more_arrays_than_are_counted`
    s = numeric.select(x >= 0, low, s)
    return g * (high / (s * s))


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    gate = m.tanh(m.softplus(x))
    return (g * (gate + x * (m.sigmoid(x) * (1.0 - m.square(gate)))),)


OP = elementwise(
    "mish",
    forward,
    backward,
    role="activation",
    curve=Curve((LOWEST, inf)),
    title="mish",
    symbols="mish({x})",
    gradient=gradient,
    examples=(Example("mish([-1, 0, 1])", "[-0.303401, 0.0, 0.865098]"),),
)
TORCH = "F.mish(x)"
