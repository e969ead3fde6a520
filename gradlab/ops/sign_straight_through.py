"""Sign whose gradient goes straight through, as if it were x itself: weights of 1 and -1 that can be trained. NaN stays NaN.

    forward  z = sign x
    backward dx = g

The derivative of the sign is 0 everywhere; backward sends the gradient on instead, which is right in sign and not in size.
Source: Courbariaux, Bengio & David, *BinaryConnect: Training Deep Neural Networks with binary weights during propagations*,
NeurIPS 2015.
"""

from __future__ import annotations

import numpy as np

from gradlab.numeric import Number, select
from gradlab.op import Array, Attrs, Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return select(x > 0, 1.0, select(x < 0, -1.0, x))


def backward(g: Number, z: Number, x: Number) -> Number:
    return g


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (g,)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return the sign of x."""
    return np.asarray(np.sign(inputs[0]))


OP = elementwise(
    "sign_straight_through",
    forward,
    backward,
    role="activation",
    curve=Curve((-1.0, 1.0)),
    title="sign, gradient straight through",
    symbols="sign_straight_through({x})",
    branch=branch,
    gradient=gradient,
    examples=(Example("sign_straight_through([-2, 0, 3])", "[-1.0, 0.0, 1.0]"),),
    surrogate="the gradient goes straight through, as if z were x",
)
TORCH = "x.sign() + (x - x.detach())"
