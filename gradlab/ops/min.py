"""Smallest element over axes: routes its gradient to the winners.

    forward  z = min x
    backward dx = g / ties where x = z else 0

ties: how many elements are the smallest; they share the gradient equally. NaN wins over every number. Nothing has no smallest
element: an error.

Arguments:
    axis  whole, or a list of them: the axes that are taken together, from 0, or from -1 back; None: all

Known as: amin; reduce_min.
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008, ch. 14.
"""

from __future__ import annotations

from typing import Any

from gradlab.numeric import wide
from gradlab.op import Array, Example, array_op
from gradlab.ops._extreme import best, branch, extreme_shape, local, plan, share, share_gradient
from gradlab.ops._reduce import INTS, RANKS
from gradlab.ops._torch import over_axes
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, scratch: Array) -> None:
    best(x, z, -1.0, k0, r0, k1, r1, k2, r2)


def backward(
    g: Array, z: Array, x: Array, dx: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, scratch: Array
) -> None:
    share(g, z, x, dx, wide(scratch), k0, r0, k1, r1, k2, r2)


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: Any, keepdims: bool) -> Sends:
    return share_gradient(m, g, z, x, axis)


OP = array_op(
    "min",
    forward,
    backward,
    inputs=("x",),
    role="reduce",
    title="smallest",
    symbols="min({x})",
    attrs={"axis": None, "keepdims": False},
    shape=extreme_shape("min", "smallest"),
    plan=plan,
    ranks=RANKS,
    local=local,
    ints=INTS,
    scratch=True,
    branch=branch,
    gradient=gradient,
    examples=(Example("min([[1, 2], [4, 3]])", "1.0"), Example("min([[1, 2], [4, 3]], axis=1)", "[1.0, 3.0]")),
)
TORCH = over_axes("x.amin")
