"""Rectified linear unit whose leak is learned: the slope of the negative side is an input with a gradient.

    forward  z = x where x > 0 else y · x
    backward dx = g where x > 0 else y · g,  dy = 0 where x > 0 else g · x

x: numbers; y: the slope, one for all or of a shape that broadcasts. At x = 0 the slope is that of the negative side.
Source: He, Zhang, Ren & Sun, *Delving Deep into Rectifiers*, ICCV 2015.
"""

from __future__ import annotations

import numpy as np

from gradlab.numeric import Number, select
from gradlab.op import Array, Attrs, Example, elementwise
from gradlab.ops._masks import but_nan
from gradlab.terms import Maker, Sends, Term


def forward(x: Number, y: Number) -> Number:
    return select(x > 0, x, y * x)


def backward(g: Number, z: Number, x: Number, y: Number) -> tuple[Number, Number]:
    return select(x > 0, g, select(x <= 0, y * g, x)), select(x > 0, 0.0, g * x)


def gradient(m: Maker, g: Term, z: Term, x: Term, y: Term) -> Sends:
    on = m.greater(x, 0.0)
    return but_nan(m, x, m.where(on, g, y * g)), m.where(on, 0.0, g * x)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return whether the unit is on."""
    return np.broadcast_to(inputs[0] > 0, z.shape)


OP = elementwise(
    "prelu",
    forward,
    backward,
    role="activation",
    title="rectified linear unit with a learned leak",
    symbols="prelu({x}, {y})",
    branch=branch,
    gradient=gradient,
    examples=(Example("prelu([-2, 3], 0.25)", "[-0.5, 3.0]"),),
)
TORCH = "torch.where(x > 0, x, y * x)"
