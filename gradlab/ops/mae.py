"""Absolute error: the mean (or sum) over all elements. Every element pulls equally hard, an outlier too.

    forward  z = Σ |x - t| / n
    backward dx = g · sign(x - t) / n,  dt = -g · sign(x - t) / n

x: prediction; t: target, of the same shape; n: the number of elements, or 1 with reduction="sum" and "none" (a z for each
element). Where x = t the slope is 0. Numbers of float32 are added up in float64, so that the whole is right to a rounding or
two.
Known as: L1Loss; l1_loss; mean_absolute_error.
Source: Boscovich 1757; Huber & Ronchetti, *Robust Statistics*, 2nd ed., 2009.
"""

from __future__ import annotations

from math import inf, prod

import numpy as np

from gradlab.numeric import ZERO, summing
from gradlab.op import Array, Attrs, Curve, Example, array_op
from gradlab.ops._loss import ATTRS, RANKS, divisor, equal_shapes, flat_plan, one, shared
from gradlab.ops._torch import reduced
from gradlab.terms import Maker, Sends, Term


@summing
def forward(x: Array, t: Array, z: Array, n: float) -> None:
    for k in range(z.shape[0]):
        s = ZERO
        for i in range(x.shape[1]):
            s += abs(x[k, i] - t[k, i])
        z[k] = s
        z[k] /= n


def backward(g: Array, z: Array, x: Array, t: Array, dx: Array, dt: Array, n: float) -> None:
    for k in range(z.shape[0]):
        for i in range(x.shape[1]):
            part = np.sign(x[k, i] - t[k, i]) * g[k] / n
            dx[k, i] += part
            dt[k, i] -= part


def gradient(m: Maker, g: Term, z: Term, x: Term, t: Term, reduction: str) -> Sends:
    dx = shared(g, reduction, prod(x.shape)) * m.sign(x - t)
    return dx, -dx


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return ±sign(x - t) / n."""
    x, t = (a.reshape(-1) for a in inputs)
    return one((1.0 - 2.0 * k) * np.sign(x[e] - t[e]) / divisor(attrs, x.size), z, e)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return on which side of its target every prediction is."""
    return np.asarray(np.sign(inputs[0] - inputs[1]))


OP = array_op(
    "mae",
    forward,
    backward,
    inputs=("x", "t"),
    role="loss",
    curve=Curve((0.0, inf)),
    title="absolute error",
    symbols="mae({x}, {t})",
    attrs=ATTRS,
    shape=equal_shapes("mae"),
    plan=flat_plan,
    ranks=RANKS,
    local=local,
    floats=("n",),
    branch=branch,
    gradient=gradient,
    examples=(Example("mae([1, 2], [3, 2])", "1.0"),),
)
TORCH = reduced("F.l1_loss", "(x, t)")
