"""The upper triangle of a matrix, with its diagonal: all else becomes 0.

    forward  z[i, j] = x[i, j] where j - i >= k else 0
    backward dx[i, j] = g[i, j] where j - i >= k else 0

Axes before the last two are a stack of matrices.

Arguments:
    k  whole: the first diagonal that is kept: 0 the main one, 1 the one above it, -1 the one below

Source: Golub & Van Loan, *Matrix Computations*, 4th ed., 2013, ch. 1.
"""

from __future__ import annotations

from gradlab.op import Array, Example, array_op
from gradlab.ops._triangle import keep_side, local_of, plan, send_side, triangle_shape
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, k: int) -> None:
    keep_side(x, z, k, 1)


def backward(g: Array, z: Array, x: Array, dx: Array, k: int) -> None:
    send_side(g, dx, k, 1)


def gradient(m: Maker, g: Term, z: Term, x: Term, k: int) -> Sends:
    return (m.triu(g, k=k),)


OP = array_op(
    "triu",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="upper triangle",
    symbols="triu({x}, {k})",
    attrs={"k": 0},
    shape=triangle_shape,
    plan=plan,
    ranks=(3, 3),
    local=local_of(upper=True),
    ints=("k",),
    gradient=gradient,
    examples=(Example("triu([[1, 2], [3, 4]])", "[[1.0, 2.0], [0.0, 4.0]]"),),
)
TORCH = "x.triu(k)"
