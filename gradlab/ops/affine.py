"""A dense layer before its nonlinearity: weigh the inputs, then add the bias.

    forward  s = x @ W,  z = s + b                         x: (…, n)   W: (n, m)   b: (m,)   z: (…, m)
    backward dx = g @ W.T,  dW = x.T @ g,  db = Σ rows g   g: (…, m)

The axes of x before the last are rows (samples); a vector x is one row.
Known as: addmm: affine(x, W, b).
Source: Rumelhart, Hinton & Williams, *Learning representations by back-propagating errors*, Nature 323, 1986.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import gemm
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops.matmul import rows_of
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, w: Array, b: Array, z: Array) -> None:
    for i in range(z.shape[0]):
        for j in range(b.shape[0]):  # a slice assignment costs three seconds of compile time
            z[i, j] = b[j]
    gemm(x, w, z, True)


def backward(
    g: Array, z: Array, x: Array, w: Array, b: Array, dx: Array, dw: Array, db: Array, add_x: bool, add_w: bool, add_b: bool
) -> None:
    gemm(g, w.T, dx, add_x)
    gemm(x.T, g, dw, add_w)
    if not add_b:
        for j in range(db.shape[0]):
            db[j] = 0.0
    several = g.shape[0] // 4 * 4
    for i in range(0, several, 4):  # four rows at a time: 1.3 to 7 times as fast, and the same order of the sum
        for j in range(db.shape[0]):
            db[j] = db[j] + g[i, j] + g[i + 1, j] + g[i + 2, j] + g[i + 3, j]
    for i in range(several, g.shape[0]):
        for j in range(db.shape[0]):
            db[j] += g[i, j]


def gradient(m: Maker, g: Term, z: Term, x: Term, w: Term, b: Term) -> Sends:
    return g @ m.transpose(w), m.transpose(rows_of(m, x)) @ rows_of(m, g), g


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of x @ W + b."""
    x, w, b = shapes
    if not x or len(w) != 2:
        raise ShapeError(f"`affine` takes x of shape (…, n), W of (n, m) and b of (m,), got {x}, {w} and {b}")
    if x[-1] != w[0]:
        raise ShapeError(f"cannot multiply {x} @ {w}: the last size of x, {x[-1]}, is not {w[0]}, the rows of W")
    if b != w[1:]:
        raise ShapeError(f"the bias of a layer with W of shape {w} has shape ({w[1]},), got {b}")
    return (*x[:-1], w[1])


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See x and z as matrices."""
    x, w, b = shapes
    rows = prod(x[:-1])
    return Plan(((rows, w[0]), w, b, (rows, w[1])))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """An input moves its row of z by a row of W, a weight its column by a column of x, a bias its column by 1."""
    x, w, _ = inputs
    rows = prod(x.shape[:-1])
    places = np.arange(z.size).reshape(rows, w.shape[1])
    if k == 0:
        row, column = divmod(e, w.shape[0])
        return places[row], w[column]
    if k == 1:
        row, column = divmod(e, w.shape[1])
        return places[:, column], x.reshape(rows, w.shape[0])[:, row]
    return places[:, e], np.ones(rows, z.dtype)


OP = array_op(
    "affine",
    forward,
    backward,
    inputs=("x", "W", "b"),
    role="weigh",
    by_rows=True,
    title="weigh and add the bias",
    symbols="{x} @ {W} + {b}",
    shape=shape,
    plan=plan,
    ranks=(2, 2, 1, 2),
    local=local,
    assigns=True,
    work=lambda shapes, out, attrs: prod(out) * shapes[0][-1],
    gradient=gradient,
    examples=(Example("affine([1, 2], [[1, 0], [0, 1]], [10, 20])", "[11.0, 22.0]"),),
)
TORCH = "x @ W + b"
