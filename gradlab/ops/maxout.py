"""Greatest of so many neighbours along the last axis: a unit of several linear pieces, of which the greatest acts.

    forward  z[…, u] = max x[…, u · pieces : (u + 1) · pieces]
    backward dx = g / ties where x = z else 0

x: (…, units · pieces)   z: (…, units). ties: how many pieces are the greatest; they share the gradient equally. NaN wins.

Arguments:
    pieces  whole, from 1: neighbours of which the greatest acts

Source: Goodfellow, Warde-Farley, Mirza, Courville & Bengio, *Maxout Networks*, ICML 2013.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import wide
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import is_whole
from gradlab.ops._extreme import best, share, share_gradient
from gradlab.ops._reduce import INTS, RANKS, room
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, scratch: Array) -> None:
    best(x, z, 1.0, k0, r0, k1, r1, k2, r2)


def backward(
    g: Array, z: Array, x: Array, dx: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, scratch: Array
) -> None:
    share(g, z, x, dx, wide(scratch), k0, r0, k1, r1, k2, r2)


def gradient(m: Maker, g: Term, z: Term, x: Term, pieces: int) -> Sends:
    (dx,) = share_gradient(m, g, z, m.reshape(x, shape=(*z.shape, pieces)), -1)
    return (m.reshape(dx, shape=x.shape),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape with as many units as there are groups of pieces."""
    x, pieces = shapes[0], attrs["pieces"]
    if not is_whole(pieces) or pieces < 1:
        raise ShapeError(f"`pieces` is a whole number of 1 or more, got {pieces!r}")
    if not x or x[-1] % pieces:
        raise ShapeError(f"`maxout` takes groups of {pieces} along the last axis, got shape {x}")
    return (*x[:-1], x[-1] // pieces)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Reduce every group; the working memory counts the winners."""
    return Plan(((prod(shapes[0]),), (prod(out),)), (1, 1, 1, 1, prod(out), int(attrs["pieces"])), scratch=room(prod(out)))


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return which pieces win."""
    x = inputs[0].reshape(-1, attrs["pieces"])
    return np.asarray((x == z.reshape(-1, 1)) | np.isnan(x))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """A winner moves its unit by 1 / ties, every other piece by 0."""
    unit, piece = divmod(e, attrs["pieces"])
    won = branch(inputs, z, attrs)[unit]
    return np.array([unit]), np.full(1, 1.0 / np.sum(won) if won[piece] else 0.0, z.dtype)


OP = array_op(
    "maxout",
    forward,
    backward,
    inputs=("x",),
    role="activation",
    title="greatest of neighbours",
    symbols="maxout({x}, {pieces})",
    attrs={"pieces": 2},
    shape=shape,
    plan=plan,
    ranks=RANKS,
    local=local,
    ints=INTS,
    scratch=True,
    branch=branch,
    gradient=gradient,
    examples=(Example("maxout([1, 3, 5, 2])", "[3.0, 5.0]"), Example("maxout([1, 3, 2], pieces=3)", "[3.0]")),
)
TORCH = "x.unflatten(-1, (-1, pieces)).amax(-1)"
