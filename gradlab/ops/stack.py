"""Arrays of one shape side by side along a new axis: each gets back its own part of the gradient.

    forward  z = [x0, x1, …]
    backward dx0 = g[0],  dx1 = g[1]

The formulas are those for axis=0.

Arguments:
    axis  whole: the place of the new axis in z, from 0, or from -1 back

Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from math import prod
from typing import Any

from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import is_whole, one_axis
from gradlab.ops._join import joined_local, put, take
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, start: int) -> None:
    put(x, z, start)


def backward(g: Array, z: Array, x: Array, dx: Array, start: int) -> None:
    take(g, dx, start)


def gradient(m: Maker, g: Term, z: Term, x: list[Term], axis: int) -> Sends:
    before = (slice(None),) * one_axis(axis, z.shape)
    return tuple(m.index(g, key=(*before, k)) for k in range(len(x)))


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the common shape with an axis more, of as many as there are arrays."""
    if not shapes:
        raise ShapeError("`stack` takes a list of at least one array")
    for other in shapes[1:]:
        if other != shapes[0]:
            raise ShapeError(f"`stack` needs equal shapes, got {shapes[0]} and {other}")
    try:
        axis = one_axis(attrs["axis"], (1, *shapes[0]))
    except ShapeError:
        if not is_whole(attrs["axis"]):
            raise
        rank = len(shapes[0]) + 1
        raise ShapeError(
            f"a stack of shapes {shapes[0]} has no axis {attrs['axis']}: allowed are {-rank} to {rank - 1}"
        ) from None
    return (*shapes[0][:axis], len(shapes), *shapes[0][axis:])


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See all as rows, from the new axis to the last in one."""
    axis = one_axis(attrs["axis"], out)
    rows = prod(out[:axis])
    return Plan((*((rows, prod(s[axis:])) for s in shapes), (rows, prod(out[axis:]))))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copy."""
    return joined_local(k, e, plan(tuple(x.shape for x in inputs), z.shape, attrs).views, z)


OP = array_op(
    "stack",
    forward,
    backward,
    inputs=("x*",),
    role="shape",
    title="side by side along a new axis",
    symbols="stack({x})",
    attrs={"axis": 0},
    shape=shape,
    plan=plan,
    ranks=(2, 2),
    local=local,
    gradient=gradient,
    examples=(Example("stack([[1, 2], [3, 4]], axis=1)", "[[1.0, 3.0], [2.0, 4.0]]"),),
)
TORCH = "torch.stack(x, axis)"
