"""Squared error: the mean (or sum) over all elements.

    forward  z = Σ (x - t)² / n
    backward dx = g · 2 (x - t) / n,  dt = -g · 2 (x - t) / n

x: prediction; t: target, of the same shape; n: the number of elements, or 1 with reduction="sum" and "none" (a z for each
element). No factor 1/2. Numbers of float32 are added up in float64, so that the whole is right to a rounding or two.
Known as: MSELoss; mse_loss; mean_squared_error.
Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, sec. 1.1.
"""

from __future__ import annotations

from math import inf, prod

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
            d = x[k, i] - t[k, i]
            s += d * d
        z[k] = s
        z[k] /= n


def backward(g: Array, z: Array, x: Array, t: Array, dx: Array, dt: Array, n: float) -> None:
    for k in range(z.shape[0]):
        scale = 2.0 * g[k] / n
        for i in range(x.shape[1]):
            part = scale * (x[k, i] - t[k, i])
            dx[k, i] += part
            dt[k, i] -= part


def gradient(m: Maker, g: Term, z: Term, x: Term, t: Term, reduction: str) -> Sends:
    dx = 2.0 * shared(g, reduction, prod(x.shape)) * (x - t)
    return dx, -dx


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return ±2 (x - t) / n."""
    x, t = (a.reshape(-1) for a in inputs)
    return one((2.0 - 4.0 * k) * (x[e] - t[e]) / divisor(attrs, x.size), z, e)


OP = array_op(
    "mse",
    forward,
    backward,
    inputs=("x", "t"),
    role="loss",
    curve=Curve((0.0, inf)),
    title="squared error",
    symbols="mse({x}, {t})",
    attrs=ATTRS,
    shape=equal_shapes("mse"),
    plan=flat_plan,
    ranks=RANKS,
    local=local,
    floats=("n",),
    gradient=gradient,
    examples=(
        Example("mse([1, 2], [3, 2])", "2.0"),
        Example('mse([1, 2], [3, 2], reduction="sum")', "4.0"),
        Example('mse([1, 2], [3, 2], reduction="none")', "[4.0, 0.0]"),
    ),
)
TORCH = reduced("F.mse_loss", "(x, t)")
