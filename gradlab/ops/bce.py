"""Binary cross-entropy of logits: the logistic function and -log are one formula, which never overflows.

    forward  z = Σ (max(x, 0) - x · t + log(1 + e ** -|x|)) / n
    backward dx = g · (σ(x) - t) / n,  dt = -g · x / n

x: logits; t: target probabilities, of the same shape; n: the number of elements, or 1 with reduction="sum" and "none" (a z for
each element).
Known as: BCEWithLogitsLoss; binary_cross_entropy_with_logits; sigmoid_cross_entropy_with_logits.
Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, sec. 4.3.
"""

from __future__ import annotations

from math import prod

from gradlab.numeric import Number, absolute, exp, helper, select, sigmoid, total
from gradlab.op import Array, Attrs, Example, array_op
from gradlab.ops._logistic import log_of_one_and, plan
from gradlab.ops._loss import ATTRS, RANKS, divisor, equal_shapes, one, shared
from gradlab.ops._torch import reduced
from gradlab.terms import Maker, Sends, Term


@helper
def distance(x: float, t: float) -> Number:
    """Return σ(x) - t by what σ(x) lacks to 0 or 1, which has all its digits."""
    rest = sigmoid(-absolute(x))
    return select(x >= 0, (1.0 - t) - rest, rest - t)


def forward(x: Array, t: Array, z: Array, n: float, scratch: Array) -> None:
    for k in range(z.shape[0]):
        terms = scratch[k * x.shape[1] : (k + 1) * x.shape[1]]
        for i in range(x.shape[1]):
            terms[i] = (select(x[k, i] <= 0, 0.0, x[k, i]) - x[k, i] * t[k, i]) + log_of_one_and(exp(-absolute(x[k, i])))
        z[k] = total(terms)
        z[k] /= n


def backward(g: Array, z: Array, x: Array, t: Array, dx: Array, dt: Array, n: float, scratch: Array) -> None:
    for k in range(z.shape[0]):
        scale = g[k] / n
        for i in range(x.shape[1]):
            dx[k, i] += scale * distance(x[k, i], t[k, i])
            dt[k, i] -= scale * x[k, i]


def gradient(m: Maker, g: Term, z: Term, x: Term, t: Term, reduction: str) -> Sends:
    part = shared(g, reduction, prod(x.shape))
    return part * (m.sigmoid(x) - t), -(part * x)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return (σ(x) - t) / n for a logit, -x / n for a target."""
    x, t = (a.reshape(-1) for a in inputs)
    slope = -x[e] if k else distance(x[e], t[e])
    return one(slope / divisor(attrs, x.size), z, e)


OP = array_op(
    "bce",
    forward,
    backward,
    inputs=("x", "t"),
    role="loss",
    title="binary cross-entropy of logits",
    symbols="bce({x}, {t})",
    attrs=ATTRS,
    shape=equal_shapes("bce"),
    plan=plan,
    ranks=RANKS,
    local=local,
    floats=("n",),
    scratch=True,
    applies="sigmoid",
    targets=(0.0, 1.0),
    gradient=gradient,
    examples=(Example("bce([0, 0], [1, 0])", "0.693147"), Example("bce([1000], [0])", "1000.0")),
)
TORCH = reduced("F.binary_cross_entropy_with_logits", "(x, t)")
