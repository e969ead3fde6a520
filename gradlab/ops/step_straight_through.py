"""Step whose gradient goes straight through, as if it were x itself: units of 0 and 1 that can be trained. NaN stays NaN.

    forward  z = 1 where x > 0 else 0
    backward dx = g

The derivative of the step is 0 everywhere; backward sends the gradient on instead, which is right in sign and not in size.
Source: Bengio, Léonard & Courville, *Estimating or Propagating Gradients Through Stochastic Neurons for Conditional
Computation*, arXiv:1308.3432, 2013.
"""

from __future__ import annotations

import numpy as np

from gradlab.numeric import Number, select
from gradlab.op import Array, Attrs, Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return select(x > 0, 1.0, select(x <= 0, 0.0, x))


def backward(g: Number, z: Number, x: Number) -> Number:
    return g


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g,)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return whether x is above the step."""
    return np.asarray(inputs[0] > 0)


OP = elementwise(
    "step_straight_through",
    forward,
    backward,
    role="activation",
    curve=Curve((0.0, 1.0)),
    title="step, gradient straight through",
    symbols="step_straight_through({x})",
    branch=branch,
    gradient=gradient,
    examples=(Example("step_straight_through([-2, 0, 3])", "[0.0, 0.0, 1.0]"),),
    surrogate="the gradient goes straight through, as if z were x",
)
TORCH = "(x > 0).to(DTYPE) + (x - x.detach())"
