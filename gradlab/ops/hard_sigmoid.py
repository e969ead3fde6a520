"""Sigmoid of three straight pieces: cheap, and really 0 and 1 at its ends.

    forward  z = min(max(x / 6 + 1/2, 0), 1)
    backward dx = g / 6 where -3 < x < 3 else 0

At x = -3 and x = 3 dx is 0. NaN stays NaN.
Source: Howard et al., *Searching for MobileNetV3*, ICCV 2019.
"""

from __future__ import annotations

import numpy as np

from gradlab.numeric import Number, isnan, select
from gradlab.op import Array, Attrs, Curve, Example, beyond, elementwise
from gradlab.ops._masks import but_nan
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return select(x <= -3, 0.0, select(x >= 3, 1.0, (x + 3.0) / 6.0))


def backward(g: Number, z: Number, x: Number) -> Number:
    return select(x <= -3, 0.0, select(x >= 3, 0.0, select(isnan(x), x, g / 6.0)))


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    inside = m.less(m.abs(x), 3.0)
    return (but_nan(m, x, m.where(inside, g / 6.0, 0.0)),)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return -1 below the slope, 1 above it, 0 on it."""
    x = inputs[0]
    return np.asarray(x >= 3, dtype=np.int8) - np.asarray(x <= -3, dtype=np.int8)


OP = elementwise(
    "hard_sigmoid",
    forward,
    backward,
    role="activation",
    curve=Curve((0.0, 1.0), beyond(0.0, 1.0)),
    title="sigmoid of straight pieces",
    symbols="hard_sigmoid({x})",
    branch=branch,
    gradient=gradient,
    examples=(Example("hard_sigmoid([-4, 0, 1.5, 3])", "[0.0, 0.5, 0.75, 1.0]"),),
)
TORCH = "F.hardsigmoid(x)"
