"""Negative log-likelihood: minus the logarithm of the right class's probability. x are logarithms already (`log_softmax`).

    forward  z = -Σ x[t] / n
    backward dx = -g / n where the class is t else 0

x: log-probabilities (…, classes); t: class numbers (…), no gradient flows to them. n: the number of samples, or 1 with
reduction="sum". A sample whose class number is no class has the loss NaN; so has the mean over no samples.
Known as: NLLLoss; nll_loss.
Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, sec. 4.3.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.numeric import ZERO
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._classes import class_of, class_shapes, no_class
from gradlab.ops._loss import ATTRS, divisor, one


def forward(x: Array, t: Array, z: Array, n: float) -> None:
    s = ZERO
    for i in range(x.shape[0]):
        c = class_of(t[i], x.shape[1])
        s -= x[i, c] if c >= 0 else np.nan
    z[0] = s
    z[0] /= n


def backward(g: Array, z: Array, x: Array, t: Array, dx: Array, dt: Array, n: float) -> None:
    part = g[0] / n
    for i in range(x.shape[0]):
        c = class_of(t[i], x.shape[1])
        if c >= 0:
            dx[i, c] -= part
        else:
            dx[i] += np.nan


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of one number."""
    class_shapes("nll", shapes, attrs, rows=False)
    return ()


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See one row a sample."""
    samples = prod(shapes[1])
    return Plan(((samples, shapes[0][-1]), (samples,), (1,)), floats=(divisor(attrs, samples),))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return -1 / n at the class of the sample, NaN where there is none."""
    x, t = inputs
    i, c = divmod(e, x.shape[-1])
    right = class_of(t.reshape(-1)[i], x.shape[-1])
    slope = np.nan if right < 0 else -float(right == c)
    return one(slope / divisor(attrs, t.size), z)


OP = array_op(
    "nll",
    forward,
    backward,
    inputs=("x", "t"),
    role="loss",
    title="negative log-likelihood",
    symbols="nll({x}, {t})",
    attrs=ATTRS,
    shape=shape,
    plan=plan,
    ranks=(2, 1, 1),
    local=local,
    floats=("n",),
    differentiable=(True, False),
    reason=no_class,
    examples=(Example("nll([[-0.5, -1], [-2, -0.25]], [1, 0])", "1.5"), Example("nll([[-0.5, -1]], [0.5])", "nan")),
)
