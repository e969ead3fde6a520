"""Negative log-likelihood: minus the logarithm of the right class's probability. x are logarithms already (`log_softmax`).

    forward  z = -Σ x[t] / n
    backward dx = -g / n where the class is t else 0

x: log-probabilities (…, classes); t: class numbers (…), no gradient flows to them. n: the number of samples, or 1 with
reduction="sum" and "none" (a z for each sample). A sample whose class number is no class has the loss NaN; so has the mean
over no samples. Samples whose class number is `ignore_index` cost nothing, get no gradient and do not count in n; where all
are, the mean is 0.
Known as: NLLLoss; nll_loss.
Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, sec. 4.3.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.numeric import ZERO
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._classes import (
    CLASS_ATTRS,
    all_ignored,
    class_of,
    class_shapes,
    counted,
    heads_of,
    ignored_number,
    ignored_samples,
    no_class,
    shared_by_samples,
)
from gradlab.ops._loss import divisor, one, share_of
from gradlab.ops._torch import of_classes
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, t: Array, z: Array, mean: int, n: float, ignored: float) -> None:
    each = share_of(x.shape[0], z.shape[0])
    for k in range(z.shape[0]):
        s = ZERO
        for i in range(k * each, (k + 1) * each):
            c = class_of(t[i, 0], x.shape[1])
            if t[i, 0] != ignored:
                s -= x[i, c] if c >= 0 else np.nan
        z[k] = s
        z[k] /= heads_of(t, mean, n, ignored)


def backward(g: Array, z: Array, x: Array, t: Array, dx: Array, dt: Array, mean: int, n: float, ignored: float) -> None:
    each, heads = share_of(x.shape[0], z.shape[0]), np.float64(heads_of(t, mean, n, ignored))
    for i in range(x.shape[0]):
        c = class_of(t[i, 0], x.shape[1])
        if t[i, 0] == ignored:
            continue
        if c >= 0:
            dx[i, c] -= g[i // each] / heads
        else:
            dx[i] += np.nan


def gradient(m: Maker, g: Term, z: Term, x: Term, t: Term, reduction: str, ignore_index: int | None) -> Sends:
    ignored = ignored_samples(m, t, ignore_index)
    part = shared_by_samples(m, g, reduction, t.shape, ignored)
    return counted(m, -(part * m.one_hot(counted(m, t, ignored), classes=x.shape[-1])), ignored), None


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of the loss."""
    return class_shapes("nll", shapes, attrs, rows=False)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See one row a sample."""
    samples = prod(shapes[1])
    views = ((samples, shapes[0][-1]), (samples, 1), (prod(out),))
    return Plan(views, (int(attrs["reduction"] == "mean"),), (divisor(attrs, samples), ignored_number(attrs)))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return -1 / n at the class of the sample, NaN where there is none."""
    x, t = inputs
    i, c = divmod(e, x.shape[-1])
    seen = plan((x.shape, t.shape), z.shape, attrs)
    targets, (n, ignored) = t.reshape(seen.views[1]), seen.floats
    right = class_of(targets[i, 0], x.shape[-1])
    slope = 0.0 if targets[i, 0] == ignored else np.nan if right < 0 else -float(right == c)
    return one(slope / heads_of(targets, seen.ints[0], n, ignored), z, i)


OP = array_op(
    "nll",
    forward,
    backward,
    inputs=("x", "t"),
    role="loss",
    takes="logarithms",
    title="negative log-likelihood",
    symbols="nll({x}, {t})",
    attrs=CLASS_ATTRS,
    shape=shape,
    plan=plan,
    ranks=(2, 2, 1),
    local=local,
    ints=("mean",),
    floats=("n", "ignored"),
    differentiable=(True, False),
    reason=no_class,
    remark=all_ignored,
    gradient=gradient,
    examples=(
        Example("nll([[-0.5, -1], [-2, -0.25]], [1, 0])", "1.5"),
        Example("nll([[-0.5, -1]], [0.5])", "nan"),
        Example("nll([[-0.5, -1], [-2, -3]], [1, 7], ignore_index=7)", "1.0"),
    ),
)
TORCH = of_classes("F.nll_loss")
