"""Cross-entropy of logits: softmax and -log of the right class are one formula, which never overflows.

    forward  z = Σ t · (log Σ e ** x - x) / n
    backward dx = g · (softmax(x) · Σ t - t) / n

x: logits (…, classes). t: class numbers (…), or one row of probabilities a sample (…, classes), as one-hot rows are; no
gradient flows to it. n: the number of samples, or 1 with reduction="sum". A sample whose class number is no class has the
loss NaN.
Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, sec. 4.3.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import exp, helper, log
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import exponentials, shifted
from gradlab.ops._arguments import choice
from gradlab.ops._loss import ATTRS, divisor, one


@helper
def weight(t: Array, c: int, classes: int, numbers: int) -> float:
    """Give the target probability of class c from a row of the target; NaN where its class number is no class."""
    if numbers == 0:
        return float(t[c])
    if not (t[0] >= 0 and t[0] < classes and t[0] == np.floor(t[0])):
        return np.nan
    return 1.0 if t[0] == c else 0.0


def forward(x: Array, t: Array, z: Array, numbers: int, n: float, scratch: Array) -> None:
    s = 0.0
    classes = x.shape[1]
    for i in range(x.shape[0]):
        p = scratch[i * classes : (i + 1) * classes]
        high = shifted(x, i, 0, p)
        norm = exponentials(p)
        rest = log(norm)
        for c in range(classes):
            p[c] /= norm
            share = weight(t[i], c, classes, numbers)
            if share != 0:
                s += share * (rest - (x[i, c, 0] - high))
    z[0] = s
    z[0] /= n


def backward(g: Array, z: Array, x: Array, t: Array, dx: Array, dt: Array, numbers: int, n: float, scratch: Array) -> None:
    scale = g[0] / n
    classes = x.shape[1]
    for i in range(x.shape[0]):
        p = scratch[i * classes : (i + 1) * classes]
        mass = 0.0
        for c in range(classes):
            mass += weight(t[i], c, classes, numbers)
        for c in range(classes):
            dx[i, c, 0] += scale * (p[c] * mass - weight(t[i], c, classes, numbers))


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Give the shape of one number."""
    choice(attrs, "reduction", ("mean", "sum"))
    x, t = shapes
    if not x:
        raise ShapeError("`cross_entropy` takes logits of shape (…, classes), got one number: `bce` is for two classes")
    if x[-1] == 0:
        raise ShapeError(f"`cross_entropy` needs at least one class, got logits {x}")
    if t not in (x, x[:-1]):
        raise ShapeError(f"the target of logits {x} has shape {x[:-1]} (class numbers) or {x} (one-hot), got {t}")
    return ()


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See one row a sample; the working memory keeps the probabilities."""
    x, t = shapes
    samples, numbers = prod(x[:-1]), int(t != x)
    view = (samples, 1 if numbers else x[-1])
    return Plan(((samples, x[-1], 1), view, (1,)), (numbers,), (divisor(attrs, samples),), samples * x[-1])


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Give (softmax(x) · Σ t - t) / n."""
    x, t = inputs
    seen = plan((x.shape, t.shape), z.shape, attrs)
    i, c = divmod(e, x.shape[-1])
    row, target = x.reshape(-1, x.shape[-1])[i], t.reshape(seen.views[1])[i]
    weights = [weight(target, j, row.size, seen.ints[0]) for j in range(row.size)]
    odds = exp(row - np.max(row))
    return one((odds[c] / np.sum(odds) * np.sum(weights) - weights[c]) / seen.floats[0], z)


OP = array_op(
    "cross_entropy",
    forward,
    backward,
    inputs=("x", "t"),
    title="cross-entropy of logits",
    symbols="cross_entropy({x}, {t})",
    attrs=ATTRS,
    shape=shape,
    plan=plan,
    ranks=(3, 2, 1),
    local=local,
    ints=("numbers",),
    floats=("n",),
    scratch=True,
    differentiable=(True, False),
    examples=(
        Example("cross_entropy([[0, 0]], [1])", "0.693147"),
        Example("cross_entropy([[1, 2, 3]], [[0, 0, 1]])", "0.407606"),
        Example("cross_entropy([[0, 0]], [2])", "nan"),
    ),
)
