"""Rectified linear unit of a deconvolution network: on the way back the gradient itself is rectified. NaN stays NaN.

    forward  z = max(x, 0)
    backward dx = g where g > 0 else 0

Whether the unit was on does not count; the derivative would ask for nothing else. By this rule the gradient jumps nowhere in x.
Source: Zeiler & Fergus, *Visualizing and Understanding Convolutional Networks*, ECCV 2014.
"""

from __future__ import annotations

from math import inf

from gradlab.numeric import Number, isnan, select
from gradlab.op import Curve, Example, elementwise
from gradlab.ops._masks import but_nan
from gradlab.ops._torch import Helped
from gradlab.terms import Maker, Sends, Term


def forward(x: Number) -> Number:
    return select(x <= 0, 0.0, x)


def backward(g: Number, z: Number, x: Number) -> Number:
    return select(isnan(x), x, select(g <= 0, 0.0, g))


def gradient(m: Maker, g: Term, z: Term, x: Term) -> Sends:
    return (but_nan(m, x, m.relu(g)),)


OP = elementwise(
    "deconv_relu",
    forward,
    backward,
    role="activation",
    curve=Curve((0.0, inf)),
    title="rectified linear unit, deconvolution backward",
    symbols="deconv_relu({x})",
    gradient=gradient,
    examples=(Example("deconv_relu([-2, 0, 3])", "[0.0, 0.0, 3.0]"),),
    surrogate="the gradient is rectified, whether or not the unit is on",
)
TORCH = Helped(
    "DeconvReLU.apply(x)",
    '''
class DeconvReLU(torch.autograd.Function):
    """ReLU that rectifies the gradient instead of asking whether the unit was on."""

    @staticmethod
    def forward(ctx, x):
        return x.relu()

    @staticmethod
    def backward(ctx, g):
        return g.relu()
''',
)
