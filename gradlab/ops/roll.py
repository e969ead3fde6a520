"""Elements moved along an axis; what leaves at one end comes in at the other.

    forward  z[i + shift] = x[i]
    backward dx[i] = g[i + shift]


Arguments:
    shift  whole: by how many places, backwards if it is negative; they are counted modulo the size
    axis   whole: the axis along which they move, from 0, or from -1 back; None: all elements move as one list

Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.numeric import straight
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._along import lines
from gradlab.ops._arguments import is_whole, one_axis
from gradlab.ops._strided import RANKS, walk_copy, walk_take
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term


@straight
def forward(x: Array, z: Array, lines: int, width: int, shift: int) -> None:
    size, rest = lines * width, width - shift
    walk_copy(x, z[shift:size], 0, *_lines(lines, rest, width))
    walk_copy(x[rest:size], z, 0, *_lines(lines, shift, width))


@straight
def backward(g: Array, z: Array, x: Array, dx: Array, add: bool, lines: int, width: int, shift: int) -> None:
    size, rest = lines * width, width - shift
    walk_take(g[shift:size], dx, add, 0, *_lines(lines, rest, width))
    walk_take(g, dx[rest:size], add, 0, *_lines(lines, shift, width))


def _lines(count: int, length: int, width: int) -> tuple[int, ...]:
    """Return the loops of a walk through the beginning of every line."""
    steps = (0, 0, 0, 0, width, 1)
    return (1, 1, 1, 1, count, length, *steps, *steps)


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
    """See both as lines, without an axis as one; what moves by one place is all that lies behind the axis."""
    before, n, behind = (1, prod(out), 1) if attrs["axis"] is None else lines(out, attrs["axis"])
    view = (prod(out),)
    return Plan((view, view), (before, n * behind, int(attrs["shift"]) % max(1, n) * behind))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copy."""
    _, width, shift = plan((z.shape,), z.shape, attrs).ints
    return np.array([e // width * width + (e + shift) % width]), np.ones(1, z.dtype)


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
    ranks=RANKS,
    local=local,
    ints=("lines", "width", "shift"),
    assigns=True,
    gradient=gradient,
    examples=(
        Example("roll([1, 2, 3, 4], 1)", "[4.0, 1.0, 2.0, 3.0]"),
        Example("roll([[1, 2], [3, 4], [5, 6]], -1, axis=0)", "[[3.0, 4.0], [5.0, 6.0], [1.0, 2.0]]"),
    ),
)


def TORCH(call: TorchCall) -> str:
    """Return the elements moved along an axis, or as one list."""
    return "x.roll(shift)" if call.attrs["axis"] is None else "x.roll(shift, axis)"
