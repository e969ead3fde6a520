"""Sign: 1, -1, or 0 at 0. Its slope is 0 everywhere, so nothing is learned through it.

    forward  z = sign x
    backward dx = 0

Known as: sgn; signum.
Source: Rosenblatt, *The Perceptron*, Psychological Review 65, 1958.
"""

from __future__ import annotations

import numpy as np

from gradlab.numeric import Number, isnan, select
from gradlab.op import Array, Attrs, Curve, Example, elementwise


def forward(x: Number) -> Number:
    return select(x > 0, 1.0, select(x < 0, -1.0, x))


def backward(g: Number, z: Number, x: Number) -> Number:
    return select(isnan(x), x, 0.0)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return the sign of x."""
    return np.asarray(np.sign(inputs[0]))


OP = elementwise(
    "sign",
    forward,
    backward,
    role="activation",
    curve=Curve((-1.0, 1.0)),
    title="sign",
    symbols="sign({x})",
    branch=branch,
    examples=(Example("sign([-2, 0, 3])", "[-1.0, 0.0, 1.0]"),),
)
TORCH = "x.sign()"
