"""Binary cross-entropy of logits: the logistic function and -log are one formula, which never overflows.

    forward  z = Σ (max(x, 0) - x · t + log(1 + e ** -|x|)) / n
    backward dx = g · (σ(x) - t) / n,  dt = -g · x / n

x: logits; t: target probabilities, of the same shape; n: the number of elements, or 1 with reduction="sum".
Known as: BCEWithLogitsLoss; binary_cross_entropy_with_logits; sigmoid_cross_entropy_with_logits.
Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, sec. 4.3.
"""

from __future__ import annotations

from gradlab.numeric import Number, absolute, exp, helper, select, sigmoid, total
from gradlab.op import Array, Attrs, Example, array_op
from gradlab.ops._logistic import log_of_one_and, plan
from gradlab.ops._loss import ATTRS, divisor, equal_shapes, one


@helper
def distance(x: float, t: float) -> Number:
    """Return σ(x) - t by what σ(x) lacks to 0 or 1, which has all its digits."""
    rest = sigmoid(-absolute(x))
    return select(x >= 0, (1.0 - t) - rest, rest - t)


def forward(x: Array, t: Array, z: Array, n: float, scratch: Array) -> None:
    for i in range(x.shape[0]):
        scratch[i] = (select(x[i] <= 0, 0.0, x[i]) - x[i] * t[i]) + log_of_one_and(exp(-absolute(x[i])))
    z[0] = total(scratch)
    z[0] /= n


def backward(g: Array, z: Array, x: Array, t: Array, dx: Array, dt: Array, n: float, scratch: Array) -> None:
    scale = g[0] / n
    for i in range(x.shape[0]):
        dx[i] += scale * distance(x[i], t[i])
        dt[i] -= scale * x[i]


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return (σ(x) - t) / n for a logit, -x / n for a target."""
    x, t = (a.reshape(-1) for a in inputs)
    slope = -x[e] if k else distance(x[e], t[e])
    return one(slope / divisor(attrs, x.size), z)


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
    ranks=(1, 1, 1),
    local=local,
    floats=("n",),
    scratch=True,
    applies="sigmoid",
    examples=(Example("bce([0, 0], [1, 0])", "0.693147"), Example("bce([1000], [0])", "1000.0")),
)
