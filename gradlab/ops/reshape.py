"""The same numbers in the same order under another shape. One size may be -1: it is what is left.

    forward  z = x
    backward dx = g

The gradient gets the shape of x again.

Arguments:
    shape  whole, from -1, or a tuple of them: that of z; a single -1 is worked out

Known as: view; squeeze; ravel: reshape(x, -1); flatten: reshape(x, (len(x), -1)).
Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import sizes
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array) -> None:
    for i in range(z.shape[0]):
        z[i] = x[i]


def backward(g: Array, z: Array, x: Array, dx: Array) -> None:
    for i in range(g.shape[0]):
        dx[i] += g[i]


def gradient(m: Maker, g: Term, z: Term, x: Term, shape: Any) -> Sends:
    return (m.reshape(g, shape=x.shape),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape that was asked for, with -1 worked out."""
    asked, size = sizes(attrs["shape"], "shape"), prod(shapes[0])
    if min(asked, default=0) < -1 or asked.count(-1) > 1:
        raise ShapeError(f"`shape` has sizes of 0 or more and at most one -1, got {asked}")
    known = prod(n for n in asked if n != -1)
    if known != size if -1 not in asked else known == 0 or size % known:
        raise ShapeError(f"cannot reshape {shapes[0]}, which has {size} elements, to {asked}")
    attrs["shape"] = tuple(size // known if n == -1 else n for n in asked)
    return tuple(attrs["shape"])


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See both as lists of numbers."""
    return Plan(((prod(out),), (prod(out),)))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves the one in its place."""
    return np.array([e]), np.ones(1, z.dtype)


OP = array_op(
    "reshape",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="reshape",
    symbols="reshape({x}, {shape})",
    attrs={"shape": REQUIRED},
    shape=shape,
    plan=plan,
    ranks=(1, 1),
    local=local,
    gradient=gradient,
    examples=(Example("reshape([1, 2, 3, 4], (2, -1))", "[[1.0, 2.0], [3.0, 4.0]]"),),
)


def TORCH(call: TorchCall) -> str:
    """Return the numbers under another shape; rows of samples are flattened."""
    (x,), z = call.shapes, call.shape
    if len(x) > 2 and z == (x[0], prod(x[1:])):
        return "x.flatten(1)"
    return f"x.reshape({', '.join(map(str, z)) or '()'})"
