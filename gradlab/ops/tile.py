"""An array laid side by side with itself: the gradient is the sum over the copies.

    forward  z[i] = x[i mod n]
    backward dx[i] = Σ g[i + k · n]

n: the size of the axis. `expand` repeats single rows as broadcasting does.

Arguments:
    reps  whole, from 0, or a list of them: how often, along the last axis, or along each; more than there are make new axes

Known as: repeat.
Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.numeric import straight
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import sizes
from gradlab.ops._strided import INTS, RANKS, strides_of, walk_back, walk_copy, walk_local, walk_plan
from gradlab.terms import Maker, Sends, Term

LOOPS = 6


@straight
def forward(x: Array, z: Array, *walk: int) -> None:
    walk_copy(x, z, *walk)


@straight
def backward(g: Array, z: Array, x: Array, dx: Array, add: bool, *walk: int) -> None:
    walk_back(g, dx, add, *walk)


def gradient(m: Maker, g: Term, z: Term, x: Term, reps: Sequence[int]) -> Sends:
    for axis, (often, n) in enumerate(zip(reps, (1,) * (len(reps) - x.rank) + x.shape, strict=True)):
        if often != 1:
            before, after = g.shape[:axis], g.shape[axis + 1 :]
            g = m.sum(m.reshape(g, shape=(prod(before), often, n, prod(after))), axis=1)
            g = m.reshape(g, shape=(*before, n, *after))
    return (m.reshape(g, shape=x.shape),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the sizes times how often; `reps` is spelled out for every axis."""
    reps = sizes(attrs["reps"], "reps")
    if min(reps, default=0) < 0:
        raise ShapeError(f"`reps` says how often, 0 or more for every axis, got {reps}")
    rank = max(len(reps), len(shapes[0]))
    reps = (1,) * (rank - len(reps)) + reps
    x = (1,) * (rank - len(shapes[0])) + shapes[0]
    if sum(n != 1 for pair in zip(reps, x, strict=True) for n in pair) > LOOPS:
        raise ShapeError(f"`tile` of shape {shapes[0]} by {reps} walks along too many axes: repeat some of them first")
    attrs["reps"] = reps
    return tuple(n * k for n, k in zip(x, reps, strict=True))


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Walk along every axis, and before it stand still once a copy."""
    x = (1,) * (len(out) - len(shapes[0])) + shapes[0]
    walked = tuple(n for pair in zip(attrs["reps"], x, strict=True) for n in pair)
    strides = tuple(s for stride in strides_of(x) for s in (0, stride))
    return walk_plan(shapes[0], walked, strides)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copies."""
    return walk_local(e, plan((inputs[0].shape,), z.shape, attrs), z)


OP = array_op(
    "tile",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="repeat side by side",
    symbols="tile({x}, {reps})",
    attrs={"reps": REQUIRED},
    shape=shape,
    plan=plan,
    ranks=RANKS,
    local=local,
    ints=INTS,
    assigns=True,
    gradient=gradient,
    examples=(Example("tile([1, 2], 2)", "[1.0, 2.0, 1.0, 2.0]"), Example("tile([1, 2], (2, 1))", "[[1.0, 2.0], [1.0, 2.0]]")),
)
TORCH = "x.tile(reps)"
