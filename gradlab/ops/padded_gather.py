"""Rows of a table by their numbers, one of which stands for padding: in its place are zeros, and its row gets no gradient.

    forward  z[j] = x[i[j]], or 0 where i[j] is the padding
    backward dx[i[j]] += g[j], or nothing where i[j] is the padding

x: a table (rows, …)   i: numbers of rows, of any shape, from 0; no gradient flows to them   z: the shape of i, then of a row. A
number that is no row, because it is negative, too large or not whole, gives a row of NaN and sends nothing.

Arguments:
    padding_idx  whole, from 0: the number that stands for padding

Source: Paszke et al., *PyTorch: An Imperative Style, High-Performance Deep Learning Library*, NeurIPS 2019.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops import gather
from gradlab.ops._arguments import is_whole
from gradlab.ops._row_number import known, row_number, sent_to_rows
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, i: Array, z: Array, padding: int) -> None:
    for j in range(i.shape[0]):
        at = row_number(i[j], x.shape[0])
        for c in range(x.shape[1]):
            z[j, c] = 0.0 if at == padding else x[at, c] if at >= 0 else np.nan


def backward(g: Array, z: Array, x: Array, i: Array, dx: Array, di: Array, padding: int) -> None:
    for j in range(i.shape[0]):
        at = row_number(i[j], x.shape[0])
        if at >= 0 and at != padding:
            for c in range(x.shape[1]):
                dx[at, c] += g[j, c]


def gradient(m: Maker, g: Term, z: Term, x: Term, i: Term, padding_idx: int) -> Sends:
    counts = known(m, i, x.shape[0]) * m.not_equal(i, float(padding_idx))
    return sent_to_rows(m, g, i, counts, x.shape[0]), None


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of i, and behind it that of a row. Raises ShapeError."""
    out, rows, padding = gather.shape(shapes, attrs), shapes[0][0], attrs["padding_idx"]
    if not is_whole(padding) or not 0 <= padding < rows:
        raise ShapeError(f"`padding_idx` is the number of a row, from 0 to {rows - 1}, got {padding!r}")
    return out


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See a table of rows, a list of numbers, and a table of the rows that were taken."""
    return Plan(gather.plan(shapes, out, attrs).views, (int(attrs["padding_idx"]),))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copies, one of the padding none."""
    places, slopes = gather.local(k, e, inputs, z, attrs)
    padded = e // max(1, inputs[0][0].size) == attrs["padding_idx"]
    return places, slopes * (not padded)


OP = array_op(
    "padded_gather",
    forward,
    backward,
    inputs=("x", "i"),
    words="i",
    role="shape",
    title="rows of a table, one of them padding",
    symbols="{x}[{i}]",
    attrs={"padding_idx": REQUIRED},
    shape=shape,
    plan=plan,
    ranks=(2, 1, 2),
    local=local,
    ints=("padding",),
    differentiable=(True, False),
    reason=gather.reason,
    gradient=gradient,
    examples=(Example("padded_gather([[1, 2], [3, 4]], [1, 0, 1], 0)", "[[3.0, 4.0], [0.0, 0.0], [3.0, 4.0]]"),),
)


def TORCH(call: TorchCall) -> str:
    """Return the rows, and zeros for the padding."""
    behind = len(call.shapes[0]) - 1
    return f"torch.where((i != padding_idx)[(...,) + (None,) * {behind}], x[i.long()], 0.0)"
