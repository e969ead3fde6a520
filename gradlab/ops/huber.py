"""Huber's loss: squared near the target, absolute far from it, so that an outlier pulls with a bounded force.

    forward  z = Σ h(x - t) / n
    backward dx = g · clip(x - t, -delta, delta) / n,  dt = -g · clip(x - t, -delta, delta) / n

h(d): d² / 2 where |d| <= delta, else delta · (|d| - delta / 2). x: prediction; t: target, of the same shape; n: the number of
elements, or 1 with reduction="sum" and "none" (a z for each element).

Arguments:
    delta  number, above 0: how far from the target it becomes absolute

Known as: HuberLoss; huber_loss; SmoothL1Loss; smooth_l1_loss.
Source: Huber, *Robust Estimation of a Location Parameter*, Annals of Mathematical Statistics 35, 1964.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

from gradlab.errors import ShapeError
from gradlab.numeric import ZERO, helper, summing
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import number
from gradlab.ops._loss import ATTRS, RANKS, divisor, equal_shapes, flat_plan, one, shared
from gradlab.ops._torch import reduced
from gradlab.terms import Maker, Sends, Term


@helper
def pull(x: float, t: float, delta: float) -> float:
    """Return x - t, held between -delta and delta."""
    return max(min(x - t, delta), -delta)


@summing
def forward(x: Array, t: Array, z: Array, n: float, delta: float) -> None:
    for k in range(z.shape[0]):
        s = ZERO
        for i in range(x.shape[1]):
            d = x[k, i] - t[k, i]
            p = pull(x[k, i], t[k, i], delta)
            s += p * (d - 0.5 * p)
        z[k] = s
        z[k] /= n


def backward(g: Array, z: Array, x: Array, t: Array, dx: Array, dt: Array, n: float, delta: float) -> None:
    for k in range(z.shape[0]):
        scale = g[k] / n
        for i in range(x.shape[1]):
            part = scale * pull(x[k, i], t[k, i], delta)
            dx[k, i] += part
            dt[k, i] -= part


def gradient(m: Maker, g: Term, z: Term, x: Term, t: Term, reduction: str, delta: float) -> Sends:
    dx = shared(g, reduction, prod(x.shape)) * m.clip(x - t, low=-delta, high=delta)
    return dx, -dx


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of the loss."""
    if number(attrs, "delta") <= 0:
        raise ShapeError(f"`delta` is above 0, got {attrs['delta']:g}")
    return tuple(equal_shapes("huber")(shapes, attrs))


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See both operands as a row for each number of z."""
    flat = flat_plan(shapes, out, attrs)
    return replace(flat, floats=(*flat.floats, attrs["delta"]))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return ± the pull / n."""
    x, t = (a.reshape(-1) for a in inputs)
    return one((1.0 - 2.0 * k) * pull(x[e], t[e], attrs["delta"]) / divisor(attrs, x.size), z, e)


OP = array_op(
    "huber",
    forward,
    backward,
    inputs=("x", "t"),
    role="loss",
    title="Huber's loss",
    symbols="huber({x}, {t}, {delta})",
    attrs={"delta": 1.0, **ATTRS},
    shape=shape,
    plan=plan,
    ranks=RANKS,
    local=local,
    floats=("n", "delta"),
    gradient=gradient,
    examples=(Example("huber([0.5, 4], [0, 0])", "1.8125"),),
)
TORCH = reduced("F.huber_loss", "(x, t, delta=delta)")
