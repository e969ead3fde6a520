"""Zero-one loss: the share of mistakes. It is flat, so nothing is learned through it: its slope is 0 everywhere.

    forward  z = Σ (1 where x · t <= 0 else 0) / n
    backward dx = 0,  dt = 0

x: scores; t: classes, -1 or 1, of the same shape; n: the number of elements, or 1 with reduction="sum" and "none" (a z for
each element). A margin of 0 is a mistake, NaN stays NaN.
Source: Bartlett, Jordan & McAuliffe, *Convexity, Classification, and Risk Bounds*, JASA 101, 2006.
"""

from __future__ import annotations

import numpy as np

from gradlab.numeric import ZERO
from gradlab.op import Array, Attrs, Example, array_op
from gradlab.ops._loss import ATTRS, RANKS, equal_shapes, flat_plan, one
from gradlab.ops._torch import loss


def forward(x: Array, t: Array, z: Array, n: float) -> None:
    for k in range(z.shape[0]):
        s = ZERO
        for i in range(x.shape[1]):
            m = x[k, i] * t[k, i]
            s += 0.0 if m > 0 else 1.0 if m <= 0 else m
        z[k] = s
        z[k] /= n


def backward(g: Array, z: Array, x: Array, t: Array, dx: Array, dt: Array, n: float) -> None:
    for k in range(z.shape[0]):
        for i in range(x.shape[1]):
            m = x[k, i] * t[k, i]
            if np.isnan(m):
                dx[k, i] += m
                dt[k, i] += m


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return 0: it is flat."""
    return one(0.0, z, e)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return which ones are mistakes."""
    return np.asarray(inputs[0] * inputs[1] <= 0)


OP = array_op(
    "zero_one",
    forward,
    backward,
    inputs=("x", "t"),
    role="loss",
    takes="scores",
    targets=(-1.0, 1.0),
    title="share of mistakes",
    symbols="zero_one({x}, {t})",
    attrs=ATTRS,
    shape=equal_shapes("zero_one"),
    plan=flat_plan,
    ranks=RANKS,
    local=local,
    floats=("n",),
    branch=branch,
    examples=(Example("zero_one([-1, 0, 1, 2], [1, 1, 1, 1])", "0.5"),),
)
TORCH = loss("(x * t <= 0).to(DTYPE)")
