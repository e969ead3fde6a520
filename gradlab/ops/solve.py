"""The solution of a system of linear equations. It belongs to the update phase; a singular system gives NaN.

    forward  z with x @ z = y          x: (n, n)   y, z: (n,)
    backward dx = 0,  dy = 0

Source: Golub & Van Loan, *Matrix Computations*, 4th ed., 2013, ch. 3.4.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import compiled_for, helper
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op


def eliminate(x: Array, y: Array, z: Array, work: Array) -> None:
    """Write the solution into z. work: n · n numbers."""
    try:
        z[...] = np.linalg.solve(x, y)
    except np.linalg.LinAlgError:
        z[...] = np.nan


@helper
def pivot(work: Array, z: Array, k: int) -> bool:
    """Bring the row with the largest element of a column to its place; tell whether that element is not 0."""
    n, best = z.shape[0], k
    for i in range(k + 1, n):
        if abs(work[i * n + k]) > abs(work[best * n + k]):
            best = i
    z[k], z[best] = z[best], z[k]
    for j in range(n):
        work[k * n + j], work[best * n + j] = work[best * n + j], work[k * n + j]
    return bool(work[k * n + k] != 0.0)


@helper
def clear_column(work: Array, z: Array, k: int) -> None:
    """Subtract a row from those below it, so that their elements of a column become 0."""
    n = z.shape[0]
    for i in range(k + 1, n):
        factor = work[i * n + k] / work[k * n + k]
        z[i] -= factor * z[k]
        for j in range(k, n):
            work[i * n + j] -= factor * work[k * n + j]


@helper
def substitute(work: Array, z: Array) -> None:
    """Solve the triangle that is left, from below."""
    n = z.shape[0]
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            z[i] -= work[i * n + j] * z[j]
        z[i] /= work[i * n + i]


@compiled_for(eliminate)
def _eliminate(x: Array, y: Array, z: Array, work: Array) -> None:
    """Gauss, with the largest element of a column as its pivot."""
    n = z.shape[0]
    for i in range(n):
        z[i] = y[i]
        for j in range(n):
            work[i * n + j] = x[i, j]
    for k in range(n):
        if not pivot(work, z, k):
            for i in range(n):
                z[i] = np.nan
            return
        clear_column(work, z, k)
    substitute(work, z)


def forward(x: Array, y: Array, z: Array, work: Array) -> None:
    eliminate(x, y, z, work)


def backward(g: Array, z: Array, x: Array, y: Array, dx: Array, dy: Array, work: Array) -> None:
    """Nothing flows through the update."""


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of y."""
    x, y = shapes
    if len(x) != 2 or x[0] != x[1] or y != x[:1]:
        raise ShapeError(f"`solve` takes a square matrix and a vector as long as its sides, got shapes {x} and {y}")
    return y


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See everything as it is."""
    return Plan((*shapes, out), scratch=out[0] * out[0])


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Nothing flows through the update."""
    return np.zeros(0, np.int64), np.zeros(0, z.dtype)


OP = array_op(
    "solve",
    forward,
    backward,
    inputs=("x", "y"),
    role="update",
    title="solve linear equations",
    symbols="solve({x}, {y})",
    shape=shape,
    plan=plan,
    ranks=(2, 1, 1),
    local=local,
    scratch=True,
    differentiable=(False, False),
    examples=(Example("solve([[2, 0], [1, 4]], [2, 9])", "[1.0, 2.0]"),),
)
TORCH = "torch.linalg.solve(x, y)"
