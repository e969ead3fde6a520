"""Rectified linear unit: passes what is positive. NaN stays NaN.

    forward  z = max(x, 0)
    backward dx = g where x > 0 else 0

At x = 0 dx is 0.
Source: Nair & Hinton, *Rectified Linear Units Improve Restricted Boltzmann Machines*, ICML 2010.
"""

from __future__ import annotations

from math import inf

import numpy as np

from gradlab.numeric import Number, select
from gradlab.op import Array, Attrs, Curve, Example, elementwise
from gradlab.ops._masks import but_nan
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return select(x <= 0, 0.0, x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return select(x > 0, g, select(x <= 0, 0.0, x))


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (but_nan(m, x, m.where(m.greater(x, 0.0), g, 0.0)),)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return whether the unit is on."""
    return np.asarray(inputs[0] > 0)


OP = elementwise(
    "relu",
    forward,
    backward,
    role="activation",
    curve=Curve((0.0, inf), dead=0.0),
    title="rectified linear unit",
    symbols="relu({x})",
    branch=branch,
    gradient=gradient,
    examples=(Example("relu([-1, 0, 2])", "[0.0, 0.0, 2.0]"),),
)
TORCH = "F.relu(x)"
