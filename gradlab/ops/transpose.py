"""Axes in another order; without `axes`, in the opposite one, which is `x.T`.

    forward  z[…, j, i] = x[i, j, …]
    backward dx[i, j, …] = g[…, j, i]


Arguments:
    axes  a list of whole numbers: for each axis of z, which axis of x it is; None: all in the opposite order

Known as: permute; swapaxes; moveaxis.
Source: Magnus & Neudecker, *Matrix Differential Calculus*, 1999.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradlab.errors import ShapeError
from gradlab.numeric import straight
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import one_axis, sizes
from gradlab.ops._strided import INTS, RANKS, strides_of, walk_back, walk_copy, walk_local, walk_plan
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term


@straight
def forward(x: Array, z: Array, *walk: int) -> None:
    walk_copy(x, z, *walk)


@straight
def backward(g: Array, z: Array, x: Array, dx: Array, add: bool, *walk: int) -> None:
    walk_back(g, dx, add, *walk)


def gradient(m: Maker, g: Term, z: Term, x: Term, axes: Sequence[int]) -> Sends:
    return (m.transpose(g, axes=tuple(axes.index(i) for i in range(x.rank))),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape with its axes in order of `axes`, which is normalised."""
    rank = len(shapes[0])
    listed = tuple(range(rank))[::-1] if attrs["axes"] is None else sizes(attrs["axes"], "axes")
    axes = tuple(one_axis(axis, shapes[0]) for axis in listed)
    if sorted(axes) != list(range(rank)):
        raise ShapeError(f"`axes` names each of the {rank} axes of {shapes[0]} once, got {attrs['axes']}")
    attrs["axes"] = axes
    return tuple(shapes[0][axis] for axis in axes)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Walk through x with its strides in the new order."""
    strides = strides_of(shapes[0])
    return walk_plan(shapes[0], out, tuple(strides[axis] for axis in attrs["axes"]))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves one."""
    return walk_local(e, plan((inputs[0].shape,), z.shape, attrs), z)


OP = array_op(
    "transpose",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="transpose",
    symbols="{x}.T",
    attrs={"axes": None},
    shape=shape,
    plan=plan,
    ranks=RANKS,
    local=local,
    ints=INTS,
    assigns=True,
    gradient=gradient,
    examples=(Example("transpose([[1, 2], [3, 4]])", "[[1.0, 3.0], [2.0, 4.0]]"),),
)


def TORCH(call: TorchCall) -> str:
    """Return the axes in another order; of a matrix they are turned round."""
    rank, axes = len(call.shape), call.attrs["axes"]
    order = tuple(range(rank))[::-1] if axes is None else tuple(axis % rank for axis in axes)
    return "x.T" if order == (1, 0) else f"x.permute({order})"
