"""The lower triangle of a matrix, with its diagonal: all else becomes 0.

    forward  z[i, j] = x[i, j] where j - i <= k else 0
    backward dx[i, j] = g[i, j] where j - i <= k else 0

Axes before the last two are a stack of matrices.

Arguments:
    k  whole: the last diagonal that is kept: 0 the main one, 1 the one above it, -1 the one below

Source: Golub & Van Loan, *Matrix Computations*, 4th ed., 2013, ch. 1.
"""

from __future__ import annotations

from gradlab.op import Array, Example, array_op
from gradlab.ops._triangle import keep_side, local_of, plan, send_side, triangle_shape
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, k: int) -> None:
    keep_side(x, z, k, 0)


def backward(g: Array, z: Array, x: Array, dx: Array, k: int) -> None:
    send_side(g, dx, k, 0)


def gradient(m: Maker, g: Term, z: Term, x: Term, k: int) -> Sends:
    return (m.tril(g, k=k),)


OP = array_op(
    "tril",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="lower triangle",
    symbols="tril({x}, {k})",
    attrs={"k": 0},
    shape=triangle_shape,
    plan=plan,
    ranks=(3, 3),
    local=local_of(upper=False),
    ints=("k",),
    gradient=gradient,
    examples=(Example("tril([[1, 2], [3, 4]])", "[[1.0, 0.0], [3.0, 4.0]]"),),
)
TORCH = "x.tril(k)"
