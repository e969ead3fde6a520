"""A dense layer whose weight has a row for each output, as PyTorch and ONNX keep it: weigh the inputs, then add the bias.

    forward  z = x @ W.T + b                               x: (…, n)   W: (m, n)   b: (m,)   z: (…, m)
    backward dx = g @ W,  dW = g.T @ x,  db = Σ rows g     g: (…, m)

The axes of x before the last are rows (samples); a vector x is one row. It is `affine` with the weight transposed, so that a
weight keeps the shape that it has where it comes from; without b it is `x @ W.T`.
Known as: nn.Linear; F.linear.
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


def forward(x: Array, w: Array, b: Array | None, z: Array) -> None:
    if b is None:
        gemm(x, w.T, z, False)
    else:
        for i in range(z.shape[0]):
            for j in range(b.shape[0]):
                z[i, j] = b[j]
        gemm(x, w.T, z, True)


def backward(
    g: Array, z: Array, x: Array, w: Array, b: Array | None, dx: Array, dw: Array, db: Array | None,
    add_x: bool, add_w: bool, add_b: bool,
) -> None:  # fmt: skip
    gemm(g, w, dx, add_x)
    gemm(g.T, x, dw, add_w)
    if db is not None:
        if not add_b:
            for j in range(db.shape[0]):
                db[j] = 0.0
        for i in range(g.shape[0]):
            for j in range(db.shape[0]):
                db[j] += g[i, j]


def gradient(m: Maker, g: Term, z: Term, x: Term, w: Term, b: Term | None) -> Sends:
    return g @ w, m.transpose(rows_of(m, g)) @ rows_of(m, x), g


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of x @ W.T + b. Raises ShapeError."""
    x, w = shapes[:2]
    if not x or len(w) != 2:
        raise ShapeError(f"`linear` takes x of shape (…, n) and W of (m, n), got {x} and {w}")
    if x[-1] != w[1]:
        raise ShapeError(f"`linear` weighs the {x[-1]} numbers of each row of x, W of shape {w} has weights for {w[1]}")
    if shapes[2:] and shapes[2] != w[:1]:
        raise ShapeError(f"the bias of a layer with W of shape {w} has shape ({w[0]},), got {shapes[2]}")
    return (*x[:-1], w[0])


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See x and z as matrices."""
    x, w = shapes[:2]
    rows = prod(x[:-1])
    return Plan(((rows, w[1]), *shapes[1:], (rows, w[0])))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """An input moves its row of z by a column of W, a weight its column by a column of x, a bias its column by 1."""
    x, w = inputs[:2]
    rows = prod(x.shape[:-1])
    places = np.arange(z.size).reshape(rows, w.shape[0])
    if k == 0:
        row, column = divmod(e, w.shape[1])
        return places[row], w[:, column]
    if k == 1:
        row, column = divmod(e, w.shape[1])
        return places[:, row], x.reshape(rows, w.shape[1])[:, column]
    return places[:, e], np.ones(rows, z.dtype)


OP = array_op(
    "linear",
    forward,
    backward,
    inputs=("x", "W", "b"),
    role="weigh",
    title="weigh by rows and add the bias",
    symbols="linear({x}, {W}, {b})",
    shape=shape,
    plan=plan,
    ranks=(2, 2, 1, 2),
    local=local,
    assigns=True,
    work=lambda shapes, out, attrs: prod(out) * shapes[0][-1],
    optional=1,
    gradient=gradient,
    examples=(
        Example("linear([1, 2], [[1, 0], [0, 1], [1, 1]], [10, 20, 30])", "[11.0, 22.0, 33.0]"),
        Example("linear([1, 2], [[3, 4]])", "[11.0]"),
    ),
)
TORCH = "F.linear(x, W, b)"
