"""The largest whole number that is not above x. Its slope is 0 everywhere, so nothing is learned through it.

    forward  z = ⌊x⌋
    backward dx = 0

Known as: ceil: -floor(-x); trunc: sign(x) * floor(abs(x)).
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008, ch. 14.
"""

from __future__ import annotations

import numpy as np

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Array, Attrs, Example, elementwise


def forward(x: Number) -> Number:
    return numeric.floor(x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return numeric.select(numeric.isnan(x), x, 0.0)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return the whole number."""
    return np.asarray(z)


OP = elementwise(
    "floor",
    forward,
    backward,
    role="arithmetic",
    title="round down",
    symbols="⌊{x}⌋",
    branch=branch,
    examples=(Example("floor([-1.5, 2, 2.9])", "[-2.0, 2.0, 2.0]"),),
)
TORCH = "x.floor()"
