"""Hinge loss of several yes-or-no attributes a sample: each is a classifier of its own, and a sample pays for all.

    forward  z = Σ max(0, 1 - x · t) / n
    backward dx = -g · t / n where x · t < 1 else 0,  dt = -g · x / n where x · t < 1 else 0

x: scores (…, attributes); t: -1 or 1, of the same shape; n: the number of samples, or 1 with reduction="sum" and "none" (a z
for each sample). `hinge` is the mean over all elements.
Source: Shalev-Shwartz & Ben-David, *Understanding Machine Learning*, 2014, ch. 15.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np

from gradlab.numeric import ZERO, helper
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._loss import ATTRS, RANKS, divisor, equal_shapes, flat_plan, one, row_of, shared_by_rows
from gradlab.ops._masks import but_nan
from gradlab.ops._torch import loss
from gradlab.terms import Maker, Sends, Term


@helper
def slope(m: float) -> float:
    """Return the slope of max(0, 1 - m); of NaN it is NaN."""
    return -1.0 if m < 1 else 0.0 if m >= 1 else m


def forward(x: Array, t: Array, z: Array, n: float) -> None:
    for k in range(z.shape[0]):
        s = ZERO
        for i in range(x.shape[1]):
            if not x[k, i] * t[k, i] >= 1:
                s += 1 - x[k, i] * t[k, i]
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
    part = but_nan(m, margin, m.where(m.less(margin, 1.0), -shared_by_rows(m, g, reduction, x.shape[:-1]), 0.0))
    return part * t, part * x


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See both operands as a row for each number of z."""
    return replace(flat_plan(shapes, out, attrs), floats=(divisor(attrs, prod(shapes[0][:-1])),))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return the slope at the margin, times the other operand, over n."""
    pair = [a.reshape(-1)[e] for a in inputs]
    shape = inputs[0].shape
    return one(slope(pair[0] * pair[1]) * pair[1 - k] / divisor(attrs, prod(shape[:-1])), z, row_of(e, shape))


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return where there is something to pay."""
    return np.asarray(inputs[0] * inputs[1] < 1)


OP = array_op(
    "attribute_hinge",
    forward,
    backward,
    inputs=("x", "t"),
    role="loss",
    takes="scores",
    targets=(-1.0, 1.0),
    title="hinge loss of attributes",
    symbols="attribute_hinge({x}, {t})",
    attrs=ATTRS,
    shape=equal_shapes("attribute_hinge", 1),
    plan=plan,
    ranks=RANKS,
    local=local,
    floats=("n",),
    branch=branch,
    gradient=gradient,
    examples=(Example("attribute_hinge([[0.5, 2], [-1, 0]], [[1, 1], [1, -1]])", "1.75"),),
)
TORCH = loss("F.relu(1 - x * t).sum(-1)")
