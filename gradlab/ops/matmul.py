"""Matrix product; of vectors and of stacks of matrices as in NumPy.

    forward  z = x @ y                     x: (n, k)   y: (k, m)   z: (n, m)
    backward dx = g @ y.T,  dy = x.T @ g   g: (n, m)

A vector x is a row, a vector y a column, and z lacks that axis. Axes before the last two are a stack of matrices: they are
equal in x and y, or one of the two is a single matrix, whose gradient adds up over the stack.
In float32 what z is added up of is added in float64 where z is a row, a column or one number. A matrix z is added up in float32
by BLAS: its error may grow with k, up to k / 2 roundings.
Known as: dot: x @ y; mm: x @ y; bmm: x @ y.
Source: Magnus & Neudecker, *Matrix Differential Calculus*, 1999.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import gemm
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op, broadcast_shape


def forward(x: Array, y: Array, z: Array) -> None:
    for b in range(z.shape[0]):
        gemm(x[b % x.shape[0]], y[b % y.shape[0]], z[b], False)


def backward(g: Array, z: Array, x: Array, y: Array, dx: Array, dy: Array, add_x: bool, add_y: bool) -> None:
    for b in range(z.shape[0]):
        i, j = b % x.shape[0], b % y.shape[0]
        gemm(g[b], y[j].T, dx[i], add_x or i < b)
        gemm(x[i].T, g[b], dy[j], add_y or j < b)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of x @ y, as NumPy does."""
    x, y = shapes
    if not x or not y:
        raise ShapeError(f"`@` multiplies vectors and matrices, got shapes {x} and {y}: use `*` for a single number")
    rows, columns = y[-2] if len(y) > 1 else y[0], y[-1:] if len(y) > 1 else ()
    if x[-1] != rows:
        raise ShapeError(
            f"cannot multiply {x} @ {y}: the last size of the first, {x[-1]}, is not {rows}, the rows of the second"
        )
    return _stack(x, y) + (x[-2:-1] if len(x) > 1 else ()) + columns


def _stack(x: Shape, y: Shape) -> Shape:
    a, b = x[:-2], y[:-2]
    if a != b and prod(a) != 1 and prod(b) != 1:
        raise ShapeError(f"cannot multiply {x} @ {y}: the stacks {a} and {b} are to be equal, or one a single matrix")
    return broadcast_shape((a, b))


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See stacks of matrices; many rows times one matrix is one product, and so is one matrix times none."""
    x, y = shapes
    n, k = x[-2] if len(x) > 1 else 1, x[-1]
    m = y[-1] if len(y) > 1 else 1
    stacks = prod(x[:-2]), prod(y[:-2])
    if stacks[1] == 1:
        n, stacks = n * stacks[0], (1, 1)
    elif stacks == (1, 0):
        m, stacks = 0, (1, 1)
    return Plan(((stacks[0], n, k), (stacks[1], k, m), (max(stacks), n, m)))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Element (i, q) of x moves row i of z by row q of y; element (q, j) of y moves column j of z by column q of x."""
    out = plan(tuple(a.shape for a in inputs), z.shape, attrs)
    x, y = (a.reshape(view) for a, view in zip(inputs, out.views[:2], strict=True))
    places = np.arange(z.size).reshape(out.views[2])
    b, row, column = np.unravel_index(e, out.views[k])
    stack = slice(None) if out.views[k][0] == 1 else slice(int(b), int(b) + 1)
    if k == 0:
        moved, slopes = places[stack, row, :], np.broadcast_to(y, (places.shape[0], *y.shape[1:]))[stack, column, :]
    else:
        moved, slopes = places[stack, :, column], np.broadcast_to(x, (places.shape[0], *x.shape[1:]))[stack, :, row]
    return moved.reshape(-1), slopes.reshape(-1)


OP = array_op(
    "matmul",
    forward,
    backward,
    inputs=("x", "y"),
    role="weigh",
    by_rows=True,
    title="matrix product",
    symbols="{x} @ {y}",
    shape=shape,
    plan=plan,
    ranks=(3, 3, 3),
    local=local,
    assigns=True,
    work=lambda shapes, out: prod(out) * shapes[0][-1],
    operator="@",
    examples=(Example("matmul([[1, 2], [3, 4]], [[1, 0], [1, 1]])", "[[3.0, 2.0], [7.0, 4.0]]"),),
)
