"""Swish of straight pieces: x times a sigmoid that is really 0 and 1 at its ends.

    forward  z = x · min(max(x + 3, 0), 6) / 6
    backward dx = g · (2x + 3) / 6 where -3 < x < 3, g where x >= 3, else 0

NaN stays NaN.
Source: Howard et al., *Searching for MobileNetV3*, ICCV 2019.
"""

from __future__ import annotations

from math import inf

import numpy as np

from gradlab.numeric import Number, select
from gradlab.op import Array, Attrs, Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return select(x <= -3, 0.0, select(x >= 3, x, x * ((x + 3.0) / 6.0)))


def backward(g: Number, z: Number, x: Number) -> Number:
    return select(x <= -3, 0.0, select(x >= 3, g, g * ((2.0 * x + 3.0) / 6.0)))


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    bent = m.where(m.greater_equal(x, 3.0), g, g * ((2.0 * x + 3.0) / 6.0))
    return (m.where(m.less_equal(x, -3.0), 0.0, bent),)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return -1 below the bend, 1 above it, 0 on it."""
    x = inputs[0]
    return np.asarray(x >= 3, dtype=np.int8) - np.asarray(x <= -3, dtype=np.int8)


OP = elementwise(
    "hardswish",
    forward,
    backward,
    role="activation",
    curve=Curve((-0.375, inf)),
    title="swish of straight pieces",
    symbols="hardswish({x})",
    branch=branch,
    gradient=gradient,
    examples=(Example("hardswish([-4, -1.5, 0, 4])", "[0.0, -0.375, 0.0, 4.0]"),),
)
TORCH = "F.hardswish(x)"
