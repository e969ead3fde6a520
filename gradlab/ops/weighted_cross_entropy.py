"""Cross-entropy of logits with a weight a class: a rare class can count more. A model writes `cross_entropy(x, t, weights=w)`.

    forward  z = Σ w · s · (log Σ e ** (x / temperature) - x / temperature) / n
    backward dx = g · (softmax(x / temperature) · Σ w · s - w · s) / (n · temperature)

x: logits (…, classes). t: class numbers (…), or rows of probabilities (…, classes). w: weights (classes,). No gradient flows
to t and w. s: (1 - label_smoothing) · t + label_smoothing / classes. n: with reduction="sum" 1, as with "none", which gives a
z for each sample; else the sum of the weights of the samples' classes (for class numbers) or the number of samples (for rows),
as in PyTorch. A sample whose class number is no class has the loss NaN. Samples whose class number is `ignore_index` cost
nothing, get no gradient and do not count in n; where all are, the mean is 0.
Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, sec. 4.3; PyTorch's `cross_entropy`.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import ZERO, log
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._classes import (
    SOFT_ATTRS,
    all_ignored,
    class_shapes,
    cooled,
    counted,
    ignored_samples,
    mass_of,
    no_class,
    share,
    soft_attrs,
    soft_floats,
    soft_row,
    softened,
    targets,
)
from gradlab.ops._loss import one, share_of, shared_by_rows
from gradlab.ops._torch import of_classes
from gradlab.terms import Maker, Sends, Term


def forward(
    x: Array, t: Array, w: Array, z: Array,
    numbers: int, mean: int, n: float, keep: float, spread: float, cool: float, ignored: float, scratch: Array,
) -> None:  # fmt: skip
    classes, each = x.shape[1], share_of(x.shape[0], z.shape[0])
    for k in range(z.shape[0]):
        s = ZERO
        for i in range(k * each, (k + 1) * each):
            if t[i, 0] == ignored:
                continue
            p = scratch[i * classes : (i + 1) * classes]
            norm = softened(x, i, cool, p)
            rest = log(norm)
            high = np.max(x[i])
            for c in range(classes):
                p[c] /= norm
                part = w[c] * share(t[i], c, classes, numbers, keep, spread)
                if part != 0:
                    s += part * (rest - (x[i, c, 0] - high) * cool)
        z[k] = s
        z[k] /= mass_of(t, w, numbers, mean, n, ignored)


def backward(
    g: Array, z: Array, x: Array, t: Array, w: Array, dx: Array, dt: Array, dw: Array,
    numbers: int, mean: int, n: float, keep: float, spread: float, cool: float, ignored: float, scratch: Array,
) -> None:  # fmt: skip
    classes, each = x.shape[1], share_of(x.shape[0], z.shape[0])
    heavy = np.float64(mass_of(t, w, numbers, mean, n, ignored))
    for i in range(x.shape[0]):
        if t[i, 0] == ignored:
            continue
        scale = g[i // each] * cool / heavy
        p = scratch[i * classes : (i + 1) * classes]
        mass = 0.0
        for c in range(classes):
            mass += w[c] * share(t[i], c, classes, numbers, keep, spread)
        for c in range(classes):
            dx[i, c, 0] += scale * (p[c] * mass - w[c] * share(t[i], c, classes, numbers, keep, spread))


def gradient(
    m: Maker, g: Term, z: Term, x: Term, t: Term, w: Term,
    reduction: str, label_smoothing: float, temperature: float, ignore_index: int | None,
) -> Sends:  # fmt: skip
    ignored = ignored_samples(m, t, ignore_index)
    x, t = counted(m, x, ignored), counted(m, t, ignored)
    s = targets(m, x, t, label_smoothing) * w
    odds = m.softmax(cooled(x, temperature)) * m.sum(s, axis=-1, keepdims=True)
    by_weight = reduction == "mean" and t.shape != x.shape
    part = g / _mass(m, w, t, ignored) if by_weight else shared_by_rows(m, g, reduction, x.shape[:-1])
    return counted(m, cooled(part, temperature) * (odds - s), ignored), None, None


def _mass(m: Maker, w: Term, t: Term, ignored: Term | None) -> Term:
    """Return the weights of all samples that count, added up; 1 where none does."""
    heavy = m.sum(counted(m, m.gather(w, t), ignored))
    return heavy if ignored is None else m.where(m.equal(m.sum(ignored), float(prod(t.shape))), 1.0, heavy)  # type: ignore[no-any-return]


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of the loss."""
    soft_attrs(attrs)
    out = class_shapes("cross_entropy", shapes, attrs)
    if shapes[2] != shapes[0][-1:]:
        raise ShapeError(f"`weights` holds one number a class, shape {shapes[0][-1:]}, got {shapes[2]}")
    return out


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See one row a sample; the working memory keeps the probabilities."""
    x, t, w = shapes
    samples, numbers = prod(x[:-1]), int(t != x)
    views = ((samples, x[-1], 1), (samples, 1 if numbers else x[-1]), w, (prod(out),))
    return Plan(views, (numbers, int(attrs["reduction"] == "mean")), soft_floats(x, attrs), samples * x[-1])


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return (softmax(x / temperature) · Σ w s - w s) / (n · temperature)."""
    x, t, w = inputs
    i, c, odds, shares = soft_row(e, x, t, attrs)
    seen = plan((x.shape, t.shape, w.shape), z.shape, attrs)
    numbers, mean = seen.ints
    n = np.float64(mass_of(t.reshape(seen.views[1]), w, numbers, mean, seen.floats[0], seen.floats[4]))
    return one((odds[c] * (w * shares).sum() - (w * shares)[c]) * seen.floats[3] / n, z, i)


OP = array_op(
    "weighted_cross_entropy",
    forward,
    backward,
    inputs=("x", "t", "w"),
    role="loss",
    title="cross-entropy of logits, weighted by class",
    symbols="cross_entropy({x}, {t}, weights={w})",
    attrs=SOFT_ATTRS,
    shape=shape,
    plan=plan,
    ranks=(3, 2, 1, 1),
    local=local,
    ints=("numbers", "mean"),
    floats=("n", "keep", "spread", "cool", "ignored"),
    scratch=True,
    differentiable=(True, False, False),
    applies="softmax",
    targets=(0.0, 1.0),
    reason=no_class,
    remark=all_ignored,
    gradient=gradient,
    examples=(
        Example("weighted_cross_entropy([[0, 0], [0, 1]], [1, 0], [3, 1])", "1.15823"),
        Example('weighted_cross_entropy([[0, 0], [0, 1]], [1, 0], [3, 1], reduction="sum")', "4.63293"),
    ),
)
TORCH = of_classes("F.cross_entropy", ", weight=w")
