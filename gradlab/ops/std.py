"""Standard deviation over axes: the root of the mean squared distance from the mean, divided by n, or by n - 1 with `ddof=1`.

    forward  z = √(Σ (x - mean)² / (n - ddof))
    backward dx = g · (x - mean) / ((n - ddof) · z)

n: how many elements go into one mean. Where all elements are equal it has a corner and no derivative: 0 is sent, one of its
subgradients. The deviation of nothing is NaN. Numbers of float32 are added up in float64, so that the whole is right to a
rounding or two.

Arguments:
    axis  whole, or a list of them: the axes that are taken together, from 0, or from -1 back; None: all

Known as: reduce_std.
Source: Chan, Golub & LeVeque, *Algorithms for Computing the Sample Variance*, The American Statistician 37, 1983.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from gradlab.numeric import sqrt, wide
from gradlab.op import Array, Attrs, Curve, Example, array_op
from gradlab.ops._arguments import many_axes
from gradlab.ops._moments import FLOATS, freedom, mean_squares, plan, spread_distances, spread_shape
from gradlab.ops._reduce import INTS, RANKS, count, place, with_axes
from gradlab.ops._torch import over_axes
from gradlab.terms import Maker, Sends, Term


def forward(
    x: Array, z: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int, n: float, left: float, scratch: Array
) -> None:
    mean_squares(x, z, wide(scratch), n, left, k0, r0, k1, r1, k2, r2)
    for i in range(z.shape[0]):
        z[i] = sqrt(z[i])


def backward(
    g: Array,
    z: Array,
    x: Array,
    dx: Array,
    k0: int,
    r0: int,
    k1: int,
    r1: int,
    k2: int,
    r2: int,
    n: float,
    left: float,
    scratch: Array,
) -> None:
    kept = wide(scratch)
    slope = kept[g.shape[0] :]
    for i in range(g.shape[0]):
        slope[i] = 0.0 if z[i] == 0 else g[i] / (left * z[i])
    spread_distances(slope, x, dx, kept, k0, r0, k1, r1, k2, r2)


def gradient(m: Maker, g: Term, z: Term, x: Term, axis: Any, keepdims: bool, ddof: int) -> Sends:
    left = float(freedom(x.shape, {"axis": axis, "ddof": ddof}))
    none = m.equal(z, 0.0)
    slope = m.where(none, 0.0, g / m.where(none, 1.0, left * z))
    return (with_axes(m, slope, x, axis) * (x - m.mean(x, axis=axis, keepdims=True)),)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return the distance from the mean, times the slope."""
    x, axis = inputs[0], attrs["axis"]
    target, n = place(e, x, axis), freedom(x.shape, attrs)
    mean = np.mean(x, axis=many_axes(axis, x.shape)).reshape(-1)[target]
    spread = n * float(z.reshape(-1)[target])
    return np.array([target]), np.full(1, (x.reshape(-1)[e] - mean) / spread if spread != 0 else 0.0, z.dtype)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return on which side of their mean two numbers are, of more numbers whether they have a spread at all."""
    x, axis = inputs[0], attrs["axis"]
    if count(x.shape, axis) == 2:
        return np.asarray(np.sign(x - np.mean(x, axis=many_axes(axis, x.shape), keepdims=True)))
    return np.asarray(z != 0)


OP = array_op(
    "std",
    forward,
    backward,
    inputs=("x",),
    role="reduce",
    curve=Curve((0.0, inf)),
    title="standard deviation",
    symbols="std({x})",
    attrs={"axis": None, "keepdims": False, "ddof": 0},
    shape=spread_shape,
    plan=plan,
    ranks=RANKS,
    local=local,
    branch=branch,
    ints=INTS,
    floats=FLOATS,
    scratch=True,
    gradient=gradient,
    examples=(Example("std([[1, 2], [3, 4]])", "1.11803"), Example("std([[1, 2], [3, 4]], axis=1)", "[0.5, 0.5]")),
)
TORCH = over_axes("x.std", named="correction=ddof")
