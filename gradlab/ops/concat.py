"""Arrays one behind the other along an axis: each gets back its own part of the gradient.

    forward  z = [x0, x1, …]
    backward dx0 = g[: n0],  dx1 = g[n0 : n0 + n1]

n0, n1: the sizes along the axis; all other sizes are equal.
Known as: cat; concatenate; hstack: concat([x, y], axis=1); vstack: concat([x, y], axis=0).
Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from itertools import accumulate
from math import prod
from typing import Any

from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import one_axis
from gradlab.ops._join import joined_local, put, take
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, start: int) -> None:
    put(x, z, start)


def backward(g: Array, z: Array, x: Array, dx: Array, start: int) -> None:
    take(g, dx, start)


def gradient(m: Maker, g: Term, z: Term, x: list[Term], axis: int) -> Sends:
    before = (slice(None),) * one_axis(axis, z.shape)
    ends = list(accumulate(part.shape[len(before)] for part in x))
    return tuple(m.index(g, key=(*before, slice(start, end))) for start, end in zip([0, *ends], ends, strict=False))


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the common shape, with the sizes along the axis added up."""
    if not shapes:
        raise ShapeError("`concat` takes a list of at least one array")
    axis = one_axis(attrs["axis"], shapes[0])
    for other in shapes[1:]:
        if len(other) != len(shapes[0]) or any(i != axis and n != shapes[0][i] for i, n in enumerate(other)):
            raise ShapeError(f"`concat` along axis {axis} needs shapes that agree elsewhere, got {shapes[0]} and {other}")
    return (*shapes[0][:axis], sum(s[axis] for s in shapes), *shapes[0][axis + 1 :])


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See all as rows, from the axis to the last in one."""
    axis = one_axis(attrs["axis"], out)
    return Plan(tuple((prod(s[:axis]), prod(s[axis:])) for s in (*shapes, out)))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copy."""
    return joined_local(k, e, plan(tuple(x.shape for x in inputs), z.shape, attrs).views, z)


OP = array_op(
    "concat",
    forward,
    backward,
    inputs=("x*",),
    role="shape",
    title="join along an axis",
    symbols="concat({x})",
    attrs={"axis": 0},
    shape=shape,
    plan=plan,
    ranks=(2, 2),
    local=local,
    gradient=gradient,
    examples=(Example("concat([[1, 2], [3]])", "[1.0, 2.0, 3.0]"),),
)
TORCH = "torch.cat(x, axis)"
