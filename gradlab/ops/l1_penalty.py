"""L1 penalty: the sum of the sizes of weights. It pulls each with the same force, so that many become 0.

    forward  z = strength · Σ |x| / n
    backward dx = g · strength · sign(x) / n

x: weights of any shape. n: 1, or the number of elements with reduction="mean". At 0 the slope is 0.

Arguments:
    reduction  "sum", "mean": of all weights

Source: Tibshirani, *Regression Shrinkage and Selection via the Lasso*, 1996.
"""

from __future__ import annotations

from math import prod

import numpy as np

from gradlab.numeric import ZERO, summing
from gradlab.op import Array, Attrs, Example, array_op
from gradlab.ops._loss import PENALTY, divisor, one, penalty_plan, penalty_shape, shared
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term


@summing
def forward(x: Array, z: Array, n: float, strength: float) -> None:
    s = ZERO
    for i in range(x.shape[0]):
        s += abs(x[i])
    z[0] = strength * s
    z[0] /= n


def backward(g: Array, z: Array, x: Array, dx: Array, n: float, strength: float) -> None:
    scale = g[0] * strength / n
    for i in range(x.shape[0]):
        dx[i] += scale * np.sign(x[i])


def gradient(m: Maker, g: Term, z: Term, x: Term, strength: float, reduction: str) -> Sends:
    return (strength * shared(g, reduction, prod(x.shape)) * m.sign(x),)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return strength · sign(x) / n."""
    x = inputs[0].reshape(-1)
    return one(attrs["strength"] * np.sign(x[e]) / divisor(attrs, x.size), z)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return the sign of each weight."""
    return np.asarray(np.sign(inputs[0]))


OP = array_op(
    "l1_penalty",
    forward,
    backward,
    inputs=("x",),
    role="penalty",
    title="L1 penalty",
    symbols="l1_penalty({x}, {strength})",
    attrs=PENALTY,
    shape=penalty_shape,
    plan=penalty_plan,
    ranks=(1, 1),
    local=local,
    floats=("n", "strength"),
    branch=branch,
    gradient=gradient,
    examples=(Example("l1_penalty([3, -4], 0.1)", "0.7"), Example('l1_penalty([3, -4], reduction="mean")', "3.5")),
)


def TORCH(call: TorchCall) -> str:
    """Return the sum or the mean of the sizes."""
    return f"strength * x.abs().{call.attrs['reduction']}()"
