"""Sum over axes: sends its gradient to every element that it added.

    forward  z = Σ x
    backward dx = g

The sum of nothing is 0. Numbers of float32 are added up in float64, so that the whole is right to a rounding or two.

Arguments:
    axis  whole, or a list of them: the axes that are taken together, from 0, or from -1 back; None: all

Known as: reduce_sum.
Source: Baydin et al., *Automatic Differentiation in Machine Learning: a Survey*, JMLR 18, 2018.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.numeric import wide
from gradlab.op import Array, Attrs, Example, array_op
from gradlab.ops._reduce import INTS, RANKS, add_up, place, reduced_shape, spread, summed_plan, with_axes
from gradlab.ops._torch import over_axes
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, scratch: Array) -> None:
    add_up(x, z, 1.0, wide(scratch), k0, r0, k1, r1, k2, r2)


def backward(
    g: Array, z: Array, x: Array, dx: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, scratch: Array
) -> None:
    spread(g, dx, 1.0, k0, r0, k1, r1, k2, r2)


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: Any, keepdims: bool) -> Sends:
    return (m.expand(with_axes(m, g, x, axis), shape=x.shape),)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its sum by 1."""
    return np.array([place(e, inputs[0], attrs["axis"])]), np.ones(1, z.dtype)


OP = array_op(
    "sum",
    forward,
    backward,
    inputs=("x",),
    role="reduce",
    title="sum",
    symbols="sum({x})",
    attrs={"axis": None, "keepdims": False},
    shape=reduced_shape,
    plan=summed_plan,
    ranks=RANKS,
    local=local,
    ints=INTS,
    scratch=True,
    gradient=gradient,
    examples=(Example("sum([[1, 2], [3, 4]])", "10.0"), Example("sum([[1, 2], [3, 4]], axis=0)", "[4.0, 6.0]")),
)
TORCH = over_axes("x.sum")
