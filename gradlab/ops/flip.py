"""Elements in the opposite order along axes.

    forward  z[i] = x[n - 1 - i]
    backward dx[n - 1 - i] = g[i]


Arguments:
    axis  whole, or a list of them: the axes that are turned round, from 0, or from -1 back; None: all

Known as: fliplr: flip(x, axis=1); flipud: flip(x, axis=0).
Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from typing import Any

from gradlab.numeric import straight
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import many_axes
from gradlab.ops._strided import INTS, RANKS, strides_of, walk_back, walk_copy, walk_local, walk_plan
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term


@straight
def forward(x: Array, z: Array, *walk: int) -> None:
    walk_copy(x, z, *walk)


@straight
def backward(g: Array, z: Array, x: Array, dx: Array, add: bool, *walk: int) -> None:
    walk_back(g, dx, add, *walk)


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: Any) -> Sends:
    return (m.flip(g, axis=axis),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x."""
    many_axes(attrs["axis"], shapes[0])
    return shapes[0]


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Walk backwards along the axes."""
    axes, strides = many_axes(attrs["axis"], out), strides_of(out)
    start = sum((out[axis] - 1) * strides[axis] for axis in axes)
    return walk_plan(out, out, tuple(-s if i in axes else s for i, s in enumerate(strides)), start)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copy."""
    return walk_local(e, plan((inputs[0].shape,), z.shape, attrs), z)


OP = array_op(
    "flip",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="opposite order",
    symbols="flip({x})",
    attrs={"axis": None},
    shape=shape,
    plan=plan,
    ranks=RANKS,
    local=local,
    ints=INTS,
    assigns=True,
    gradient=gradient,
    examples=(
        Example("flip([1, 2, 3])", "[3.0, 2.0, 1.0]"),
        Example("flip([[1, 2], [3, 4]], axis=0)", "[[3.0, 4.0], [1.0, 2.0]]"),
    ),
)


def TORCH(call: TorchCall) -> str:
    """Return the axes turned round."""
    axis = call.attrs["axis"]
    axes = range(len(call.shape)) if axis is None else [axis] if isinstance(axis, int) else axis
    return f"x.flip({tuple(axes)})"
