"""Logistic loss of a margin, in nats: binary cross-entropy for classes -1 and 1. It never overflows.

    forward  z = Σ log(1 + e ** -(x · t)) / n
    backward dx = -g · t · σ(-x · t) / n,  dt = -g · x · σ(-x · t) / n

x: scores; t: classes, -1 or 1, of the same shape; n: the number of elements, or 1 with reduction="sum" and "none" (a z for
each element).
Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, sec. 7.1.2.
"""

from __future__ import annotations

from math import prod

from gradlab.numeric import absolute, exp, helper, select, sigmoid, total
from gradlab.op import Array, Attrs, Example, array_op
from gradlab.ops._logistic import log_of_one_and, plan
from gradlab.ops._loss import ATTRS, RANKS, divisor, equal_shapes, one, shared
from gradlab.ops._torch import loss
from gradlab.terms import Maker, Sends, Term


@helper
def slope(m: float) -> float:
    """Return the slope of log(1 + e ** -m)."""
    return -float(sigmoid(-m))


def forward(x: Array, t: Array, z: Array, n: float, scratch: Array) -> None:
    for k in range(z.shape[0]):
        terms = scratch[k * x.shape[1] : (k + 1) * x.shape[1]]
        for i in range(x.shape[1]):
            m = x[k, i] * t[k, i]
            terms[i] = log_of_one_and(exp(-absolute(m))) - select(m >= 0, 0.0, m)
        z[k] = total(terms)
        z[k] /= n


def backward(g: Array, z: Array, x: Array, t: Array, dx: Array, dt: Array, n: float, scratch: Array) -> None:
    for k in range(z.shape[0]):
        scale = g[k] / n
        for i in range(x.shape[1]):
            part = scale * slope(x[k, i] * t[k, i])
            dx[k, i] += part * t[k, i]
            dt[k, i] += part * x[k, i]


def gradient(m: Maker, g: Term, z: Term, x: Term, t: Term, reduction: str) -> Sends:
    part = -shared(g, reduction, prod(x.shape)) * m.sigmoid(-(x * t))
    return part * t, part * x


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return the slope at the margin, times the other operand, over n."""
    pair = [a.reshape(-1)[e] for a in inputs]
    return one(slope(pair[0] * pair[1]) * pair[1 - k] / divisor(attrs, inputs[0].size), z, e)


OP = array_op(
    "logistic_loss",
    forward,
    backward,
    inputs=("x", "t"),
    role="loss",
    title="logistic loss",
    symbols="logistic_loss({x}, {t})",
    attrs=ATTRS,
    shape=equal_shapes("logistic_loss"),
    plan=plan,
    ranks=RANKS,
    local=local,
    floats=("n",),
    scratch=True,
    applies="sigmoid",
    targets=(-1.0, 1.0),
    gradient=gradient,
    examples=(
        Example("logistic_loss([-1, 0, 1, 2], [1, 1, 1, 1])", "0.61165"),
        Example("logistic_loss([-1000], [1])", "1000.0"),
    ),
)
TORCH = loss("F.softplus(-x * t, threshold=40)")
