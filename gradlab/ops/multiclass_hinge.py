"""Multi-class hinge loss of Weston and Watkins: every wrong class stays `margin` below the right one, or pays for it.

    forward  z = Σ max(0, x[c] - x[t] + margin) / n, over all c ≠ t
    backward dx = g / n for each wrong class that pays, less as much for the right class

x: scores (…, classes); t: class numbers (…), no gradient flows to them. n: the number of samples (PyTorch's `multi_margin_loss`
also divides by the number of classes), or 1 with reduction="sum" and "none" (a z for each sample). A sample whose class number
is no class has the loss NaN; so has the mean over no samples.

Arguments:
    margin  number: how far below the right class a wrong one has to stay

Known as: MultiMarginLoss; multi_margin_loss.
Source: Weston & Watkins, *Support Vector Machines for Multi-Class Pattern Recognition*, 1999.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.numeric import ZERO
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import number
from gradlab.ops._classes import class_of, class_shapes, no_class
from gradlab.ops._loss import ATTRS, divisor, one, share_of, shared_by_rows
from gradlab.ops._masks import but_nan
from gradlab.ops._torch import loss
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, t: Array, z: Array, n: float, margin: float) -> None:
    each = share_of(x.shape[0], z.shape[0])
    for k in range(z.shape[0]):
        s = ZERO
        for i in range(k * each, (k + 1) * each):
            right = class_of(t[i], x.shape[1])
            high = x[i, right] - margin if right >= 0 else np.nan
            for c in range(x.shape[1]):
                if c != right and not x[i, c] <= high:
                    s += x[i, c] - high
        z[k] = s
        z[k] /= n


def backward(g: Array, z: Array, x: Array, t: Array, dx: Array, dt: Array, n: float, margin: float) -> None:
    each = share_of(x.shape[0], z.shape[0])
    for i in range(x.shape[0]):
        part = g[i // each] / n
        right = class_of(t[i], x.shape[1])
        if right < 0:
            dx[i] += np.nan
        for c in range(x.shape[1]):
            if right >= 0 and c != right and not x[i, c] <= x[i, right] - margin:
                pays = part if x[i, c] > x[i, right] - margin else np.nan
                dx[i, c] += pays
                dx[i, right] -= pays


def gradient(m: Maker, g: Term, z: Term, x: Term, t: Term, reduction: str, margin: float) -> Sends:
    right = m.one_hot(t, classes=x.shape[-1])
    above = x - (m.sum(m.where(right, x, 0.0), axis=-1, keepdims=True) - margin)
    pays = m.where(right, 0.0, but_nan(m, above, m.greater(above, 0.0)))
    slopes = but_nan(m, right, m.where(right, -m.sum(pays, axis=-1, keepdims=True), pays))
    return shared_by_rows(m, g, reduction, t.shape) * slopes, None


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of the loss."""
    number(attrs, "margin")
    return class_shapes("multiclass_hinge", shapes, attrs, rows=False)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See one row a sample."""
    samples = prod(shapes[1])
    return Plan(((samples, shapes[0][-1]), (samples,), (prod(out),)), floats=(divisor(attrs, samples), attrs["margin"]))


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return which classes pay."""
    x, t = inputs[0].reshape(-1, inputs[0].shape[-1]), inputs[1].reshape(-1)
    right = [class_of(number, x.shape[1]) for number in t]
    pays = x > x[np.arange(len(x)), right][:, None] - attrs["margin"]
    pays[np.arange(len(x)), right] = False
    return np.asarray(pays)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return 1 / n for a class that pays, for the right class minus as many as pay."""
    x, t = inputs
    i, c = divmod(e, x.shape[-1])
    right = class_of(t.reshape(-1)[i], x.shape[-1])
    pays = branch(inputs, z, attrs)[i]
    slope = -np.sum(pays) if right == c else pays[c]
    return one((np.nan if right < 0 else float(slope)) / divisor(attrs, t.size), z, i)


OP = array_op(
    "multiclass_hinge",
    forward,
    backward,
    inputs=("x", "t"),
    role="loss",
    takes="scores",
    title="multi-class hinge loss",
    symbols="multiclass_hinge({x}, {t})",
    attrs={"margin": 1.0, **ATTRS},
    shape=shape,
    plan=plan,
    ranks=(2, 1, 1),
    local=local,
    floats=("n", "margin"),
    differentiable=(True, False),
    branch=branch,
    reason=no_class,
    gradient=gradient,
    examples=(
        Example("multiclass_hinge([[3.2, 5.1, -1.7], [1.3, 4.9, 2], [2.2, 2.5, -3.1]], [0, 1, 2])", "5.26667"),
        Example("multiclass_hinge([[1, 2]], [2])", "nan"),
    ),
)
TORCH = loss("F.relu(x - x.gather(-1, t.long().unsqueeze(-1)) + margin).sum(-1) - max(margin, 0)")
