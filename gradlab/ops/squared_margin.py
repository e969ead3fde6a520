"""Squared loss of a margin: the margin is to be 1. A margin beyond 1 costs too, right as it is.

    forward  z = Σ (1 - x · t)² / n
    backward dx = -g · 2 t · (1 - x · t) / n,  dt = -g · 2 x · (1 - x · t) / n

x: scores; t: classes, -1 or 1, of the same shape; n: the number of elements, or 1 with reduction="sum" and "none" (a z for
each element).
Source: Bartlett, Jordan & McAuliffe, *Convexity, Classification, and Risk Bounds*, JASA 101, 2006.
"""

from __future__ import annotations

from math import prod

from gradlab.numeric import ZERO, helper
from gradlab.op import Array, Attrs, Example, array_op
from gradlab.ops._loss import ATTRS, RANKS, divisor, equal_shapes, flat_plan, one, shared
from gradlab.ops._torch import loss
from gradlab.terms import Maker, Sends, Term


@helper
def slope(m: float) -> float:
    """Return the slope of (1 - m)²."""
    return -2.0 * (1.0 - m)


def forward(x: Array, t: Array, z: Array, n: float) -> None:
    for k in range(z.shape[0]):
        s = ZERO
        for i in range(x.shape[1]):
            s += (1 - x[k, i] * t[k, i]) ** 2
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
    part = -2.0 * shared(g, reduction, prod(x.shape)) * (1.0 - x * t)
    return part * t, part * x


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return the slope at the margin, times the other operand, over n."""
    pair = [a.reshape(-1)[e] for a in inputs]
    return one(slope(pair[0] * pair[1]) * pair[1 - k] / divisor(attrs, inputs[0].size), z, e)


OP = array_op(
    "squared_margin",
    forward,
    backward,
    inputs=("x", "t"),
    role="loss",
    takes="scores",
    targets=(-1.0, 1.0),
    title="squared loss of a margin",
    symbols="squared_margin({x}, {t})",
    attrs=ATTRS,
    shape=equal_shapes("squared_margin"),
    plan=flat_plan,
    ranks=RANKS,
    local=local,
    floats=("n",),
    gradient=gradient,
    examples=(Example("squared_margin([-1, 0, 1, 2], [1, 1, 1, 1])", "1.5"),),
)
TORCH = loss("(1 - x * t) ** 2")
