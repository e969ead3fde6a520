"""Binary cross-entropy of probabilities. Where there are logits, `bce` takes these and loses no digits.

    forward  z = -Σ (t · log p + (1 - t) · log(1 - p)) / n
    backward dp = g · ((1 - t) / (1 - p) - t / p) / n,  dt = g · (log(1 - p) - log p) / n

p: probabilities, 0 to 1; t: target probabilities, of the same shape; n: the number of elements, or 1 with reduction="sum" and
"none" (a z for each element). What has no share, t = 0 or 1 - t = 0, costs nothing, even where its logarithm is infinite. Any
other probability of 0 costs infinitely much (PyTorch stops at 100); one that is none, below 0 or above 1, gives NaN.
Known as: BCELoss; binary_cross_entropy; binary_crossentropy.
Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, sec. 4.3.
"""

from __future__ import annotations

from math import prod

import numpy as np

from gradlab.numeric import ZERO, helper, log, log1p
from gradlab.op import Array, Attrs, Example, Shape, array_op
from gradlab.ops._loss import ATTRS, RANKS, divisor, equal_shapes, flat_plan, one, shared
from gradlab.ops._torch import reduced
from gradlab.terms import Maker, Sends, Term


@helper
def cost(p: float, t: float) -> float:
    """Return what a probability costs."""
    if not 0 <= p <= 1:
        return np.nan
    yes = -t * log(p) if t != 0 else 0.0
    return float(yes - (1.0 - t) * log1p(-p) if t != 1 else yes)


@helper
def slope(p: float, t: float) -> float:
    """Return the slope of `cost` with a probability."""
    if not 0 <= p <= 1:
        return np.nan
    rest = (1.0 - t) / (1.0 - p) if t != 1 else 0.0
    return rest - t / p if t != 0 else rest


def forward(p: Array, t: Array, z: Array, n: float) -> None:
    for k in range(z.shape[0]):
        s = ZERO
        for i in range(p.shape[1]):
            s += cost(p[k, i], t[k, i])
        z[k] = s
        z[k] /= n


def backward(g: Array, z: Array, p: Array, t: Array, dp: Array, dt: Array, n: float) -> None:
    for k in range(z.shape[0]):
        scale = g[k] / n
        for i in range(p.shape[1]):
            dp[k, i] += scale * slope(p[k, i], t[k, i])
            dt[k, i] += scale * (log1p(-p[k, i]) - log(p[k, i]))


def gradient(m: Maker, g: Term, z: Term, p: Term, t: Term, reduction: str) -> Sends:
    part, right, wrong = shared(g, reduction, prod(p.shape)), m.not_equal(t, 0.0), m.not_equal(t, 1.0)
    rest = m.where(wrong, (1.0 - t) / m.where(wrong, 1.0 - p, 1.0), 0.0)
    slope = rest - m.where(right, t / m.where(right, p, 1.0), 0.0)
    odds = m.log1p(-p) - m.log(p)  # NaN where p is no probability
    return part * m.where(m.greater_equal(p, 0.0) * m.less_equal(p, 1.0), slope, odds), part * odds


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return (1 - t) / (1 - p) - t / p over n for a probability, log(1 - p) - log p over n for a target."""
    p, t = (a.reshape(-1)[e] for a in inputs)
    moved = log1p(-p) - log(p) if k else slope(p, t)
    return one(moved / divisor(attrs, inputs[0].size), z, e)


def reason(inputs: tuple[Array, ...], out: Shape, attrs: Attrs) -> str:
    """Say which number is no probability."""
    wrong = np.argwhere((inputs[0] < 0) | (inputs[0] > 1))
    if not len(wrong):
        return ""
    place = [int(i) for i in wrong[0]]
    at = f" at {place}" if place else ""
    return f"{float(inputs[0][tuple(place)]):g}{at} is no probability, which is from 0 to 1; `bce` takes logits"


OP = array_op(
    "bce_probabilities",
    forward,
    backward,
    inputs=("p", "t"),
    role="loss",
    takes="probabilities",
    targets=(0.0, 1.0),
    title="binary cross-entropy of probabilities",
    symbols="bce_probabilities({p}, {t})",
    attrs=ATTRS,
    shape=equal_shapes("bce_probabilities"),
    plan=flat_plan,
    ranks=RANKS,
    local=local,
    floats=("n",),
    reason=reason,
    gradient=gradient,
    examples=(
        Example("bce_probabilities([0.5, 0.25], [1, 0])", "0.490415"),
        Example("bce_probabilities([0, 1], [0, 1])", "0.0"),
        Example("bce_probabilities([0, 2], [1, 1], reduction='none')", "[inf, nan]"),
    ),
)
TORCH = reduced("F.binary_cross_entropy", "(p, t)")
