"""Running product along an axis. Zeros need no care: what is sent to an element never divides by it.

    forward  z[i] = Π x[: i + 1]
    backward dx[i] = z[i - 1] · s[i],  s[i] = g[i] + x[i + 1] · s[i + 1]

s[i]: what all products from i on would be sent if they began behind i.
Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from math import prod

import numpy as np

from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import line_of, lines, same_shape
from gradlab.ops._arguments import one_axis
from gradlab.ops._masks import but_nan
from gradlab.ops._reduce import diagonal
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array) -> None:
    for a in range(x.shape[0]):
        for b in range(x.shape[2]):
            p = np.float64(1.0)
            for i in range(x.shape[1]):
                p *= x[a, i, b]
                z[a, i, b] = p


def backward(g: Array, z: Array, x: Array, dx: Array) -> None:
    n = x.shape[1]
    for a in range(x.shape[0]):
        for b in range(x.shape[2]):
            s = np.float64(0.0)
            for i in range(n - 1, -1, -1):
                s = g[a, i, b] + (x[a, i + 1, b] * s if i + 1 < n else 0.0)
                dx[a, i, b] += s * (z[a, i - 1, b] if i > 0 else 1.0) * (1.0 if x[a, i, b] == x[a, i, b] else np.nan)


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: int) -> Sends:
    at, n = one_axis(axis, x.shape), x.shape[one_axis(axis, x.shape)]
    last = (*(i for i in range(x.rank) if i != at), at)
    rows, sent = (m.reshape(m.transpose(a, axes=last), shape=(prod(x.shape) // max(1, n), 1, n)) for a in (x, g))
    others = m.where(diagonal(m, n), 1.0, m.expand(rows, shape=(rows.shape[0], n, n)))
    back = m.reshape(m.sum(m.triu(m.cumprod(others)) * sent, axis=2), shape=tuple(x.shape[i] for i in last))
    return (but_nan(m, x, m.transpose(back, axes=tuple(last.index(i) for i in range(x.rank)))),)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See both as lines."""
    view = lines(shapes[0], attrs["axis"])
    return Plan((view, view))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every product from its own on moves by the product of the others in it."""
    places, i = line_of(e, z.shape, attrs["axis"])
    line = inputs[0].reshape(-1)[places].copy()
    line[i] = 1.0
    return places[i:], np.cumprod(line)[i:]


OP = array_op(
    "cumprod",
    forward,
    backward,
    inputs=("x",),
    role="reduce",
    title="running product",
    symbols="cumprod({x})",
    attrs={"axis": -1},
    shape=same_shape,
    plan=plan,
    ranks=(3, 3),
    local=local,
    gradient=gradient,
    examples=(
        Example("cumprod([2, 3, 4])", "[2.0, 6.0, 24.0]"),
        Example("cumprod([[1, 2], [3, 4]], axis=0)", "[[1.0, 2.0], [3.0, 8.0]]"),
    ),
)
TORCH = "x.cumprod(axis)"
