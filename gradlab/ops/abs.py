"""Absolute value.

    forward  z = |x|
    backward dx = g · sign x

At x = 0, where there is no slope, dx is 0.
Known as: absolute; fabs.
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008, ch. 14.
"""

from __future__ import annotations

from math import inf

import numpy as np

from gradlab.numeric import Number, absolute, select
from gradlab.op import Array, Attrs, Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return absolute(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return select(x > 0, g, select(x < 0, -g, absolute(g) * x))  # at 0 an infinite g gives NaN, as g · sign x does


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g * m.sign(x),)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return the sign of x: 1, -1 or 0."""
    return np.asarray(np.sign(inputs[0]))


OP = elementwise(
    "abs",
    forward,
    backward,
    role="arithmetic",
    curve=Curve((0.0, inf)),
    title="absolute value",
    symbols="|{x}|",
    branch=branch,
    gradient=gradient,
    examples=(Example("abs([-2, 3])", "[2.0, 3.0]"),),
)
TORCH = "x.abs()"
