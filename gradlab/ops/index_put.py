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
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import sizes
from gradlab.ops._strided import INTS, walk_add
from gradlab.ops.index import Key
from gradlab.ops.index import plan as index_plan
from gradlab.ops.index import shape as index_shape
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, start: int, s0: int, s1: int, s2: int, s3: int, s4: int, s5: int) -> None:
    for i in range(z.shape[0]):
        z[i] = 0.0
    walk_add(x, z, start, s0, s1, s2, s3, s4, s5)


def backward(g: Array, z: Array, x: Array, dx: Array, start: int, s0: int, s1: int, s2: int, s3: int, s4: int, s5: int) -> None:
    for a in range(dx.shape[0]):
        for b in range(dx.shape[1]):
            for c in range(dx.shape[2]):
                for d in range(dx.shape[3]):
                    for e in range(dx.shape[4]):
                        at = start + a * s0 + b * s1 + c * s2 + d * s3 + e * s4
                        for f in range(dx.shape[5]):
                            dx[a, b, c, d, e, f] += g[at + f * s5]


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
    ranks=(6, 1),
    local=local,
    ints=INTS,
    gradient=gradient,
    examples=(
        Example("index_put([1, 2], 1, (3, 2))", "[[0.0, 0.0], [1.0, 2.0], [0.0, 0.0]]"),
        Example("index_put(7, (0, -1), (1, 3))", "[[0.0, 0.0, 7.0]]"),
    ),
)
