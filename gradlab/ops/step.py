"""Step: 1 above 0, else 0. Its slope is 0 everywhere, so nothing is learned through it. NaN stays NaN.

    forward  z = 1 where x > 0 else 0
    backward dx = 0

Known as: heaviside.
Source: Rosenblatt, *The Perceptron*, Psychological Review 65, 1958.
"""

from __future__ import annotations

import numpy as np

from gradlab.numeric import Number, isnan, select
from gradlab.op import Array, Attrs, Curve, Example, elementwise


def forward(x: Number) -> Number:
    return select(x > 0, 1.0, select(x <= 0, 0.0, x))


def backward(g: Number, z: Number, x: Number) -> Number:
    return select(isnan(x), x, 0.0)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return whether x is above the step."""
    return np.asarray(inputs[0] > 0)


OP = elementwise(
    "step",
    forward,
    backward,
    role="activation",
    curve=Curve((0.0, 1.0)),
    title="step",
    symbols="step({x})",
    branch=branch,
    examples=(Example("step([-2, 0, 3])", "[0.0, 0.0, 1.0]"),),
)
TORCH = "(x > 0).to(DTYPE)"
