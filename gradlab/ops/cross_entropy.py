"""Cross-entropy of logits: softmax and -log of the right class are one formula, which never overflows.

    forward  z = Σ s · (log Σ e ** (x / temperature) - x / temperature) / n
    backward dx = g · (softmax(x / temperature) · Σ s - s) / (n · temperature)

x: logits (…, classes). t: class numbers (…), or one row of probabilities a sample (…, classes), as one-hot rows are; no
gradient flows to it. s: the target with label smoothing, (1 - label_smoothing) · t + label_smoothing / classes. n: the number
of samples, or 1 with reduction="sum" and "none" (a z for each sample). A sample whose class number is no class has the loss
NaN; so has the mean over no samples. Samples whose class number is `ignore_index` cost nothing, get no gradient and do not
count in n; where all are, the mean is 0. `cross_entropy(x, t, weights=[…])`, a weight a class, is `weighted_cross_entropy`.
Known as: CrossEntropyLoss; categorical_crossentropy; sparse_categorical_crossentropy; softmax_cross_entropy_with_logits;
softmax_cross_entropy.
Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, sec. 4.3; Szegedy et al., *Rethinking the
Inception Architecture*, CVPR 2016.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.numeric import ZERO, helper, log
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import exponentials, shifted
from gradlab.ops._classes import (
    SOFT_ATTRS,
    all_ignored,
    class_of,
    class_shapes,
    cooled,
    counted,
    heads_of,
    ignored_samples,
    no_class,
    shared_by_samples,
    soft_attrs,
    soft_floats,
    soft_row,
    targets,
)
from gradlab.ops._loss import one, share_of
from gradlab.ops._torch import of_classes
from gradlab.terms import Maker, Sends, Term


@helper
def cost(x: Array, t: Array, i: int, high: float, rest: float, numbers: int, keep: float, spread: float, cool: float) -> float:
    """Return the loss of one sample: Σ s · (rest - (x - high) · cool); what has no share is not asked, it may be infinite."""
    s = ZERO
    if numbers == 1:
        right = class_of(t[i, 0], x.shape[1])
        s += keep * (rest - (x[i, right, 0] - high) * cool) if right >= 0 else np.nan
    for c in range(x.shape[1] if numbers == 0 or spread != 0 else 0):
        part = spread if numbers == 1 else keep * t[i, c] + spread
        if part != 0:
            s += part * (rest - (x[i, c, 0] - high) * cool)
    return s


def forward(
    x: Array, t: Array, z: Array,
    numbers: int, mean: int, n: float, keep: float, spread: float, cool: float, ignored: float, scratch: Array,
) -> None:  # fmt: skip
    classes, each = x.shape[1], share_of(x.shape[0], z.shape[0])
    for k in range(z.shape[0]):
        s = ZERO
        for i in range(k * each, (k + 1) * each):
            if t[i, 0] == ignored:
                continue
            p = scratch[i * classes : (i + 1) * classes]
            high = shifted(x[i].reshape(classes), p)
            for c in range(classes if cool != 1 else 0):
                p[c] *= cool
            norm = exponentials(p)
            over = 1.0 / norm
            for c in range(classes):
                p[c] *= over
            s += cost(x, t, i, high, log(norm), numbers, keep, spread, cool)
        z[k] = s
        z[k] /= heads_of(t, mean, n, ignored)


def backward(
    g: Array, z: Array, x: Array, t: Array, dx: Array, dt: Array,
    numbers: int, mean: int, n: float, keep: float, spread: float, cool: float, ignored: float, scratch: Array,
) -> None:  # fmt: skip
    classes, each = x.shape[1], share_of(x.shape[0], z.shape[0])
    heads = np.float64(heads_of(t, mean, n, ignored))
    for i in range(x.shape[0]):
        if t[i, 0] == ignored:
            continue
        scale = g[i // each] * cool / heads
        p = scratch[i * classes : (i + 1) * classes]
        mass = 0.0
        if numbers == 1:
            right = class_of(t[i, 0], classes)
            mass += keep + spread * classes if right >= 0 else np.nan
            for c in range(classes):
                dx[i, c, 0] += scale * (p[c] * mass - (keep + spread if c == right else spread))
            continue
        for c in range(classes):
            mass += keep * t[i, c] + spread
        for c in range(classes):
            dx[i, c, 0] += scale * (p[c] * mass - (keep * t[i, c] + spread))


def gradient(
    m: Maker, g: Term, z: Term, x: Term, t: Term,
    reduction: str, label_smoothing: float, temperature: float, ignore_index: int | None,
) -> Sends:  # fmt: skip
    ignored = ignored_samples(m, t, ignore_index)
    x, t = counted(m, x, ignored), counted(m, t, ignored)
    s, odds = targets(m, x, t, label_smoothing), m.softmax(cooled(x, temperature))
    if t.shape == x.shape:  # shares of classes may have any sum
        odds = odds * m.sum(s, axis=-1, keepdims=True)
    part = cooled(shared_by_samples(m, g, reduction, x.shape[:-1], ignored), temperature)
    return counted(m, part * (odds - s), ignored), None


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of the loss."""
    soft_attrs(attrs)
    return class_shapes("cross_entropy", shapes, attrs)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See one row a sample; the working memory keeps the probabilities."""
    x, t = shapes
    samples, numbers = prod(x[:-1]), int(t != x)
    view = (samples, 1 if numbers else x[-1])
    ints = (numbers, int(attrs["reduction"] == "mean"))
    return Plan(((samples, x[-1], 1), view, (prod(out),)), ints, soft_floats(x, attrs), samples * x[-1])


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return (softmax(x / temperature) · Σ s - s) / (n · temperature)."""
    x, t = inputs
    i, c, odds, shares = soft_row(e, x, t, attrs)
    seen = plan((x.shape, t.shape), z.shape, attrs)
    n, _, _, cool, ignored = seen.floats
    heads = heads_of(t.reshape(seen.views[1]), seen.ints[1], n, ignored)
    return one((odds[c] * shares.sum() - shares[c]) * cool / heads, z, i)


OP = array_op(
    "cross_entropy",
    forward,
    backward,
    inputs=("x", "t"),
    role="loss",
    title="cross-entropy of logits",
    symbols="cross_entropy({x}, {t})",
    attrs=SOFT_ATTRS,
    shape=shape,
    plan=plan,
    ranks=(3, 2, 1),
    local=local,
    ints=("numbers", "mean"),
    floats=("n", "keep", "spread", "cool", "ignored"),
    scratch=True,
    differentiable=(True, False),
    applies="softmax",
    targets=(0.0, 1.0),
    reason=no_class,
    remark=all_ignored,
    gradient=gradient,
    examples=(
        Example("cross_entropy([[0, 0]], [1])", "0.693147"),
        Example("cross_entropy([[1, 2, 3]], [[0, 0, 1]])", "0.407606"),
        Example("cross_entropy([[1, 2, 3]], [2], label_smoothing=0.3)", "0.707606"),
        Example("cross_entropy([[1, 2, 3]], [2], temperature=10)", "1.00194"),
        Example("cross_entropy([[0, 0]], [2])", "nan"),
        Example("cross_entropy([[0, 0], [5, 1]], [1, -1], ignore_index=-1)", "0.693147"),
    ),
)
TORCH = of_classes("F.cross_entropy")
