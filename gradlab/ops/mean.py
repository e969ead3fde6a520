"""Mean over axes: sends an equal part of its gradient to every element.

    forward  z = Σ x / n
    backward dx = g / n

n: how many elements go into one mean. The mean of nothing is NaN. Numbers of float32 are added up in float64, so that the whole
is right to a rounding or two.

Arguments:
    axis  whole, or a list of them: the axes that are taken together, from 0, or from -1 back; None: all

Known as: reduce_mean; average.
Source: Baydin et al., *Automatic Differentiation in Machine Learning: a Survey*, JMLR 18, 2018.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.numeric import wide
from gradlab.op import Array, Attrs, Example, array_op
from gradlab.ops._reduce import INTS, RANKS, add_up, count, counted_plan, place, reduced_shape, spread, with_axes
from gradlab.ops._torch import over_axes
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, z: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, n: float, scratch: Array) -> None:
    add_up(x, z, n, wide(scratch), k0, r0, k1, r1, k2, r2)


def backward(
    g: Array, z: Array, x: Array, dx: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, n: float, scratch: Array
) -> None:
    if n > 0:
        spread(g, dx, 1.0 / n, k0, r0, k1, r1, k2, r2)


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: Any, keepdims: bool) -> Sends:
    n = max(1, count(x.shape, axis))
    return (m.expand(with_axes(m, g / n, x, axis), shape=x.shape),)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its mean by 1/n."""
    n = count(inputs[0].shape, attrs["axis"])
    return np.array([place(e, inputs[0], attrs["axis"])]), np.full(1, 1.0 / n, z.dtype)


OP = array_op(
    "mean",
    forward,
    backward,
    inputs=("x",),
    role="reduce",
    title="mean",
    symbols="mean({x})",
    attrs={"axis": None, "keepdims": False},
    shape=reduced_shape,
    plan=counted_plan,
    ranks=RANKS,
    local=local,
    ints=INTS,
    floats=("n",),
    scratch=True,
    gradient=gradient,
    examples=(Example("mean([[1, 2], [3, 4]])", "2.5"), Example("mean([[1, 2], [3, 4]], axis=1)", "[1.5, 3.5]")),
)
TORCH = over_axes("x.mean")
