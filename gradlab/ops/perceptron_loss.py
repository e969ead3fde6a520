"""The perceptron's loss of a margin: a mistake costs as much as it is wrong, what is right costs nothing.

    forward  z = Σ max(0, -x · t) / n
    backward dx = -g · t / n where x · t <= 0 else 0,  dt = -g · x / n where x · t <= 0 else 0

x: scores; t: classes, -1 or 1, of the same shape; n: the number of elements, or 1 with reduction="sum" and "none" (a z for
each element). A margin of 0 is a mistake: else weights that begin at 0 would stay there. One step of descent is the
perceptron's rule.
Source: Rosenblatt, *The Perceptron*, Psychological Review 65, 1958.
"""

from __future__ import annotations

from math import prod

import numpy as np

from gradlab.numeric import ZERO, helper, summing
from gradlab.op import Array, Attrs, Example, array_op
from gradlab.ops._loss import ATTRS, RANKS, divisor, equal_shapes, flat_plan, one, shared
from gradlab.ops._masks import but_nan
from gradlab.ops._torch import loss
from gradlab.terms import Maker, Sends, Term


@helper
def slope(m: float) -> float:
    """Return the slope of max(0, -m); of NaN it is NaN."""
    return -1.0 if m <= 0 else 0.0 if m > 0 else m


@summing
def forward(x: Array, t: Array, z: Array, n: float) -> None:
    for k in range(z.shape[0]):
        s = ZERO
        for i in range(x.shape[1]):
            if not x[k, i] * t[k, i] > 0:
                s -= x[k, i] * t[k, i]
        z[k] = s
        z[k] /= n


def backward(g: Array, z: Array, x: Array, t: Array, dx: Array, dt: Array, n: float) -> None:
    for k in range(z.shape[0]):
        scale = g[k] / n
        for i in range(x.shape[1]):
            part = scale * slope(x[k, i] * t[k, i])
            dx[k, i] += part * t[k, i]
            dt[k, i] += part * x[k, i]


def gradient(m: Maker, g: Term, z: Term, x: Term, t: Term, reduction: str) -> Sends:
    margin = x * t
    part = but_nan(m, margin, m.where(m.less_equal(margin, 0.0), -shared(g, reduction, prod(x.shape)), 0.0))
    return part * t, part * x


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return the slope at the margin, times the other operand, over n."""
    pair = [a.reshape(-1)[e] for a in inputs]
    return one(slope(pair[0] * pair[1]) * pair[1 - k] / divisor(attrs, inputs[0].size), z, e)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return which ones are mistakes."""
    return np.asarray(inputs[0] * inputs[1] <= 0)


OP = array_op(
    "perceptron_loss",
    forward,
    backward,
    inputs=("x", "t"),
    role="loss",
    takes="scores",
    targets=(-1.0, 1.0),
    title="perceptron loss",
    symbols="perceptron_loss({x}, {t})",
    attrs=ATTRS,
    shape=equal_shapes("perceptron_loss"),
    plan=flat_plan,
    ranks=RANKS,
    local=local,
    floats=("n",),
    branch=branch,
    gradient=gradient,
    examples=(Example("perceptron_loss([-1, 0, 1, 2], [1, 1, 1, 1])", "0.25"),),
)
TORCH = loss("torch.where(x * t <= 0, -x * t, 0.0)")
