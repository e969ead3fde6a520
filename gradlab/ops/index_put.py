"""An array written into zeros where a key points: the opposite of `x[key]`, and what that sends back.

    forward  z[key] = x
    backward dx = g[key]

z is 0 elsewhere. x has the shape of z[key].

Arguments:
    key    what stands between the brackets of `x[…]`: where x is written
    shape  whole, from 0, or a tuple of them: that of z

Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.numeric import straight
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import sizes
from gradlab.ops._strided import INTS, RANKS, walk_back, walk_take
from gradlab.ops._torch import Helped, TorchCall
from gradlab.ops.index import Key
from gradlab.ops.index import plan as index_plan
from gradlab.ops.index import shape as index_shape
from gradlab.terms import Maker, Sends, Term


@straight
def forward(x: Array, z: Array, *walk: int) -> None:
    walk_back(x, z, False, *walk)


@straight
def backward(g: Array, z: Array, x: Array, dx: Array, add: bool, *walk: int) -> None:
    walk_take(g, dx, add, *walk)


def gradient(m: Maker, g: Term, z: Term, x: Term, key: Key, shape: Shape) -> Sends:
    return (m.index(g, key=key),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape that was asked for; the key is normalised. Raises ShapeError."""
    asked = sizes(attrs["shape"], "shape")
    if min(asked, default=0) < 0:
        raise ShapeError(f"`shape` has sizes of 0 or more, got {asked}")
    taken = index_shape((asked,), attrs)
    if taken != shapes[0]:
        raise ShapeError(f"the key takes shape {taken} of {asked}, and x has shape {shapes[0]}")
    attrs["shape"] = asked
    return asked


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Walk through z where the key points."""
    walk = index_plan((out,), shapes[0], attrs)
    return replace(walk, views=walk.views[::-1])


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copy."""
    places = np.arange(z.size).reshape(z.shape)[tuple(attrs["key"])]
    return np.reshape(places, -1)[e : e + 1], np.ones(1, z.dtype)


OP = array_op(
    "index_put",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="array put into zeros",
    symbols="index_put({x}, {key}, {shape})",
    attrs={"key": REQUIRED, "shape": REQUIRED},
    shape=shape,
    plan=plan,
    ranks=RANKS,
    local=local,
    ints=INTS,
    assigns=True,
    gradient=gradient,
    examples=(
        Example("index_put([1, 2], 1, (3, 2))", "[[0.0, 0.0], [1.0, 2.0], [0.0, 0.0]]"),
        Example("index_put(7, (0, -1), (1, 3))", "[[0.0, 0.0, 7.0]]"),
    ),
)


def TORCH(call: TorchCall) -> Helped:
    """Return the array within zeros."""
    return Helped(f"index_put(x, shape, {tuple(call.attrs['key'])!r})", _HELPER)


_HELPER = '''
def index_put(x, shape, key):
    """Return zeros with x where the key points."""
    z = x.new_zeros(shape)
    z[key] = x
    return z
'''
