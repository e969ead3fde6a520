"""Mean in which some numbers count more than others: what `sample_weights` makes of the terms of a loss.

    forward  z = Σ w · x / Σ w
    backward dx = g · w / Σ w,  dw = g · (x - z) / Σ w

x: numbers of any shape. w: their weights, of the same shape, or of the shape of its first axes: then a weight stands for all
numbers behind it, and counts once for each. Where the weights add up to 0 there is nothing to take the mean of: it is 0, and
no gradient flows. Numbers of float32 are added up in float64.
Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, sec. 3.1.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.numeric import ZERO, helper
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._loss import check_weights
from gradlab.ops._torch import Helped, TorchCall
from gradlab.terms import Maker, Sends, Term


@helper
def mass(x: Array, w: Array) -> float:
    """Return the sum of the weights of all numbers."""
    s = ZERO
    for i in range(w.shape[0]):
        s += w[i]
    return float(s * x.shape[1])


def forward(x: Array, w: Array, z: Array) -> None:
    s, heavy = ZERO, mass(x, w)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            s += w[i] * x[i, j]
    z[0] = 0.0 if heavy == 0 else s / heavy


def backward(g: Array, z: Array, x: Array, w: Array, dx: Array, dw: Array) -> None:
    heavy = mass(x, w)
    if heavy == 0:
        return
    scale = g[0] / heavy
    for i in range(x.shape[0]):
        s = ZERO
        for j in range(x.shape[1]):
            dx[i, j] += scale * w[i]
            s += x[i, j] - z[0]
        dw[i] += scale * s


def gradient(m: Maker, g: Term, z: Term, x: Term, w: Term) -> Sends:
    rest = tuple(range(w.rank, x.rank))
    heavy = m.sum(w) * float(prod(x.shape[w.rank :]))
    none = m.equal(heavy, 0.0)
    scale = m.where(none, 0.0, g / m.where(none, 1.0, heavy))
    wide = m.reshape(w, shape=(*w.shape, *(1 for _ in rest)))
    above = m.where(none, 0.0, x - z)
    return m.expand(scale * wide, shape=x.shape), scale * (m.sum(above, axis=rest) if rest else above)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of one number. Raises ShapeError where the weights are not those of x."""
    check_weights(*shapes)
    return ()


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See a row for each weight."""
    x, w = shapes
    return Plan(((prod(w), prod(x[len(w) :])), (prod(w),), (1,)))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """A number moves the mean by its part of the weights, a weight by how far its numbers lie above the mean."""
    x, w = inputs[0].reshape(inputs[1].size, -1), inputs[1].reshape(-1)
    heavy = mass(x, w)
    slope = w[e // x.shape[1]] if k == 0 else np.sum(x[e] - z)
    return np.zeros(1, np.int64), np.full(1, slope / heavy if heavy else 0.0, z.dtype)


def remark(inputs: tuple[Array | None, ...], attrs: Attrs) -> str:
    """Say that the weights add up to 0, added as `mass` adds them: in turn, in float64."""
    w = inputs[1]
    if w is None or not w.size or np.cumsum(w, dtype=np.float64)[-1] != 0:
        return ""
    return "its weights add up to 0: the mean is 0 and sends no gradient"


OP = array_op(
    "weighted_mean",
    forward,
    backward,
    inputs=("x", "w"),
    role="reduce",
    title="weighted mean",
    symbols="weighted_mean({x}, {w})",
    shape=shape,
    plan=plan,
    ranks=(2, 1, 1),
    local=local,
    remark=remark,
    gradient=gradient,
    examples=(
        Example("weighted_mean([1, 2, 6], [1, 0, 3])", "4.75"),
        Example("weighted_mean([[1, 2], [6, 8]], [3, 1])", "2.875"),
        Example("weighted_mean([1, 2], [0, 0])", "0.0"),
    ),
)


def TORCH(call: TorchCall) -> Helped:
    """Return the mean, in which each weight stands for all numbers behind it."""
    return Helped("weighted_mean(x, w)", _HELPER)


_HELPER = '''
def weighted_mean(x, w):
    """Return the mean of x, in which some numbers count more; 0 where the weights add up to 0."""
    w = w.reshape(w.shape + (1,) * (x.dim() - w.dim())).expand_as(x)
    return (w * x).sum() / w.sum() if w.sum() != 0 else (0 * x).sum()
'''
