"""L2 penalty: the sum of the squares of weights. It pulls each towards 0, the larger the harder.

    forward  z = strength · Σ x² / n
    backward dx = g · 2 strength · x / n

x: weights of any shape. n: 1, or the number of elements with reduction="mean". No factor 1/2: under plain descent the strength
a / 2 is a weight decay of a.

Arguments:
    reduction  "sum", "mean": of all weights

Source: Hoerl & Kennard, *Ridge Regression*, Technometrics 12, 1970.
"""

from __future__ import annotations

from math import prod

from gradlab.numeric import ZERO, summing
from gradlab.op import Array, Attrs, Example, array_op
from gradlab.ops._loss import PENALTY, divisor, one, penalty_plan, penalty_shape, shared
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term


@summing
def forward(x: Array, z: Array, n: float, strength: float) -> None:
    s = ZERO
    for i in range(x.shape[0]):
        s += x[i] * x[i]
    z[0] = strength * s
    z[0] /= n


def backward(g: Array, z: Array, x: Array, dx: Array, n: float, strength: float) -> None:
    scale = 2.0 * g[0] * strength / n
    for i in range(x.shape[0]):
        dx[i] += scale * x[i]


def gradient(m: Maker, g: Term, z: Term, x: Term, strength: float, reduction: str) -> Sends:
    return (strength * shared(g, reduction, prod(x.shape)) * (2.0 * x),)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return 2 · strength · x / n."""
    x = inputs[0].reshape(-1)
    return one(2.0 * attrs["strength"] * x[e] / divisor(attrs, x.size), z)


OP = array_op(
    "l2_penalty",
    forward,
    backward,
    inputs=("x",),
    role="penalty",
    title="L2 penalty",
    symbols="l2_penalty({x}, {strength})",
    attrs=PENALTY,
    shape=penalty_shape,
    plan=penalty_plan,
    ranks=(1, 1),
    local=local,
    floats=("n", "strength"),
    gradient=gradient,
    examples=(Example("l2_penalty([3, -4], 0.1)", "2.5"), Example('l2_penalty([3, -4], reduction="mean")', "12.5")),
)


def TORCH(call: TorchCall) -> str:
    """Return the sum or the mean of the squares."""
    return f"strength * (x ** 2).{call.attrs['reduction']}()"
