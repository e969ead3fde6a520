"""Kullback-Leibler divergence: how many nats it costs to take q for the distribution p.

    forward  z = Σ p · (log p - log q) / n
    backward dp = g · (log p - log q + 1) / n,  dq = -g · p / (q · n)

p, q: probabilities (…, classes), of the same shape; p is the true distribution, q the model's. n: the number of rows, or 1
with reduction="sum" and "none" (a z for each row); a mean is that of whole rows, PyTorch's "batchmean". Where p is 0 the term
is 0, and the slope is set to 0. Cross-entropy is this plus the entropy of p.
Known as: KLDivLoss; kl_divergence.
Source: Kullback & Leibler, *On Information and Sufficiency*, Annals of Mathematical Statistics 22, 1951.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

from gradlab.numeric import ZERO, helper, log
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._loss import ATTRS, RANKS, divisor, equal_shapes, flat_plan, one, row_of, shared_by_rows
from gradlab.ops._torch import loss
from gradlab.terms import Maker, Sends, Term


@helper
def surprise(p: float, q: float) -> float:
    """Return log p - log q."""
    return float(log(p) - log(q))


def forward(p: Array, q: Array, z: Array, n: float) -> None:
    for k in range(z.shape[0]):
        s = ZERO
        for i in range(p.shape[1]):
            if p[k, i] != 0:
                s += p[k, i] * surprise(p[k, i], q[k, i])
        z[k] = s
        z[k] /= n


def backward(g: Array, z: Array, p: Array, q: Array, dp: Array, dq: Array, n: float) -> None:
    for k in range(z.shape[0]):
        scale = g[k] / n
        for i in range(p.shape[1]):
            if p[k, i] != 0:
                dp[k, i] += scale * (surprise(p[k, i], q[k, i]) + 1)
                dq[k, i] -= scale * p[k, i] / q[k, i]


def gradient(m: Maker, g: Term, z: Term, p: Term, q: Term, reduction: str) -> Sends:
    part, counts = shared_by_rows(m, g, reduction, p.shape[:-1]), m.not_equal(p, 0.0)
    some_p, some_q = m.where(counts, p, 1.0), m.where(counts, q, 1.0)
    dp = m.where(counts, part * (m.log(some_p) - m.log(some_q) + 1.0), 0.0)
    return dp, -(part * m.where(counts, p, 0.0) / some_q)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See both operands as a row for each number of z."""
    return replace(flat_plan(shapes, out, attrs), floats=(divisor(attrs, _rows(shapes[0])),))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return (log p - log q + 1) / n for p, -p / (q n) for q."""
    p, q = (a.reshape(-1)[e] for a in inputs)
    slope: Any = 0.0
    if p != 0:
        slope = -p / q if k else surprise(p, q) + 1
    return one(slope / divisor(attrs, _rows(inputs[0].shape)), z, row_of(e, inputs[0].shape))


def _rows(shape: Shape) -> int:
    return prod(shape[:-1])


OP = array_op(
    "kl",
    forward,
    backward,
    inputs=("p", "q"),
    role="loss",
    takes="probabilities",
    targets=(0.0, 1.0),
    title="Kullback-Leibler divergence",
    symbols="kl({p}, {q})",
    attrs=ATTRS,
    shape=equal_shapes("kl", 1),
    plan=plan,
    ranks=RANKS,
    local=local,
    floats=("n",),
    gradient=gradient,
    examples=(
        Example("kl([0.5, 0.5], [0.25, 0.75])", "0.143841"),
        Example("kl([[1, 0], [0.5, 0.5]], [[0.5, 0.5], [0.5, 0.5]])", "0.346574"),
        Example("kl([1, 0], [0, 1])", "inf"),
    ),
    aliases=("kl_div",),
)
TORCH = loss("F.kl_div(q.log(), p, reduction='none').sum(-1)")
