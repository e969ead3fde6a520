"""Elements moved along an axis; what leaves at one end comes in at the other.

    forward  z[i + shift] = x[i]
    backward dx[i] = g[i + shift]

shift: by how many places, backwards if it is negative; places are counted modulo the size. axis: one axis, or None: then all
elements are moved as one list.
Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import lines
from gradlab.ops._arguments import is_whole, one_axis
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, shift: int) -> None:
    n = x.shape[1]
    for a in range(x.shape[0]):
        for i in range(n):
            source, target = x[a, i], z[a, (i + shift) % n]
            for b in range(x.shape[2]):
                target[b] = source[b]


def backward(g: Array, z: Array, x: Array, dx: Array, shift: int) -> None:
    n = g.shape[1]
    for a in range(g.shape[0]):
        for i in range(n):
            source, target = g[a, (i + shift) % n], dx[a, i]
            for b in range(g.shape[2]):
                target[b] += source[b]


def gradient(m: Maker, g: Term, z: Term, x: Term, shift: int, axis: int | None) -> Sends:
    return (m.roll(g, shift=-shift, axis=axis),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x. Raises ShapeError."""
    if not is_whole(attrs["shift"]):
        raise ShapeError(f"`shift` is a whole number, got {attrs['shift']!r}")
    if attrs["axis"] is not None:
        one_axis(attrs["axis"], shapes[0])
    return shapes[0]


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See both as lines, without an axis as one."""
    view = (1, prod(out), 1) if attrs["axis"] is None else lines(out, attrs["axis"])
    return Plan((view, view), (int(attrs["shift"]) % max(1, view[1]),))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copy."""
    found = plan((z.shape,), z.shape, attrs)
    a, i, b = np.unravel_index(e, found.views[0])
    place = np.ravel_multi_index((a, (i + found.ints[0]) % found.views[0][1], b), found.views[0])
    return np.array([place]), np.ones(1, z.dtype)


OP = array_op(
    "roll",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="move in a circle",
    symbols="roll({x}, {shift})",
    attrs={"shift": REQUIRED, "axis": None},
    shape=shape,
    plan=plan,
    ranks=(3, 3),
    local=local,
    ints=("shift",),
    gradient=gradient,
    examples=(
        Example("roll([1, 2, 3, 4], 1)", "[4.0, 1.0, 2.0, 3.0]"),
        Example("roll([[1, 2], [3, 4], [5, 6]], -1, axis=0)", "[[3.0, 4.0], [5.0, 6.0], [1.0, 2.0]]"),
    ),
)
