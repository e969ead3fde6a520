"""Rectified linear unit of guided backpropagation: only what excites a unit that is on goes back. NaN stays NaN.

    forward  z = max(x, 0)
    backward dx = g where x > 0 and g > 0 else 0

The derivative would let negative gradients through as well; without them the picture that arrives at an input is clean.
Source: Springenberg, Dosovitskiy, Brox & Riedmiller, *Striving for Simplicity: The All Convolutional Net*, ICLR Workshop 2015.
"""

from __future__ import annotations

from math import inf

import numpy as np

from gradlab.numeric import Number, select
from gradlab.op import Array, Attrs, Curve, Example, elementwise
from gradlab.ops._masks import but_nan
from gradlab.ops._torch import Helped
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return select(x <= 0, 0.0, x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return select(x > 0, select(g <= 0, 0.0, g), select(x <= 0, 0.0, x))


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (but_nan(m, x, m.where(m.greater(x, 0.0) * m.greater(g, 0.0), g, 0.0)),)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return whether the unit is on."""
    return np.asarray(inputs[0] > 0)


OP = elementwise(
    "guided_relu",
    forward,
    backward,
    role="activation",
    curve=Curve((0.0, inf), dead=0.0),
    title="rectified linear unit, guided backward",
    symbols="guided_relu({x})",
    branch=branch,
    gradient=gradient,
    examples=(Example("guided_relu([-2, 0, 3])", "[0.0, 0.0, 3.0]"),),
    surrogate="negative gradients are cut off as well",
)
TORCH = Helped(
    "GuidedReLU.apply(x)",
    '''
class GuidedReLU(torch.autograd.Function):
    """ReLU that sends back only what excites a unit that is on."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.relu()

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return torch.where((x > 0) & (g > 0), g, 0.0)
''',
)
