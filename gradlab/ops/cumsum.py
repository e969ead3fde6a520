"""Running sum along an axis: every element is in its own sum and in all behind it, so the gradients add up from the end.

    forward  z[i] = Σ x[: i + 1]
    backward dx[i] = Σ g[i :]

Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

import numpy as np

from gradlab.numeric import ZERO
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import line_of, lines, same_shape
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array) -> None:
    for a in range(x.shape[0]):
        for b in range(x.shape[2]):
            s = ZERO
            for i in range(x.shape[1]):
                s += x[a, i, b]
                z[a, i, b] = s


def backward(g: Array, z: Array, x: Array, dx: Array) -> None:
    for a in range(x.shape[0]):
        for b in range(x.shape[2]):
            s = ZERO
            for i in range(x.shape[1] - 1, -1, -1):
                s += g[a, i, b]
                dx[a, i, b] += s


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: int) -> Sends:
    return (m.flip(m.cumsum(m.flip(g, axis=axis), axis=axis), axis=axis),)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See both as lines."""
    view = lines(shapes[0], attrs["axis"])
    return Plan((view, view))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every sum from its own on moves by 1."""
    places, i = line_of(e, z.shape, attrs["axis"])
    return places[i:], np.ones(places.size - i, z.dtype)


OP = array_op(
    "cumsum",
    forward,
    backward,
    inputs=("x",),
    role="reduce",
    title="running sum",
    symbols="cumsum({x})",
    attrs={"axis": -1},
    shape=same_shape,
    plan=plan,
    ranks=(3, 3),
    local=local,
    gradient=gradient,
    examples=(
        Example("cumsum([1, 2, 3])", "[1.0, 3.0, 6.0]"),
        Example("cumsum([[1, 2], [3, 4]], axis=0)", "[[1.0, 2.0], [4.0, 6.0]]"),
    ),
)
TORCH = "x.cumsum(axis)"
