"""Root mean square normalisation: every sample alone is divided by its RMS over its last axes, then scaled.

    forward  h = x / √(mean(x²) + eps),  z = gamma · h          x, h, z: (…, n)   gamma: (n,)
    backward dx = (g · gamma - h · mean(g · gamma · h)) / √(mean(x²) + eps),  dgamma = Σ g · h

It is layer normalisation without the mean and the shift. gamma has as many axes as are normalised together; the means are
taken over those, the sum over the others.
Source: Zhang & Sennrich, *Root Mean Square Layer Normalization*, NeurIPS 2019.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import compiled_for, sqrt
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import number
from gradlab.terms import Maker, Sends, Term


def scale(x: Array, gamma: Array, z: Array, eps: float, kept: Array) -> None:
    """Write the scaled lines into z; keep one over the RMS of each."""
    if x.size:
        kept[...] = 1.0 / np.sqrt(np.mean(x * x, axis=1, dtype=np.float64) + eps)
    z[...] = gamma * (x * kept[:, None])


@compiled_for(scale)
def _scale(x: Array, gamma: Array, z: Array, eps: float, kept: Array) -> None:
    for r in range(x.shape[0]):
        s = 0.0
        for i in range(x.shape[1]):
            s += x[r, i] * x[r, i]
        kept[r] = 1.0 / sqrt(s / x.shape[1] + eps)
        for i in range(x.shape[1]):
            z[r, i] = gamma[i] * (x[r, i] * kept[r])


def pull_back(g: Array, x: Array, gamma: Array, dx: Array, dgamma: Array, kept: Array) -> None:
    """Add what a gradient of the scaled lines sends: to x less its part along the line itself."""
    if not x.size:
        return
    h, part = x * kept[:, None], g * gamma
    along = np.asarray(np.mean(part * h, axis=1, dtype=np.float64))
    dgamma += np.sum(g * h, axis=0)
    dx += kept[:, None] * (part - h * along[:, None])


@compiled_for(pull_back)
def _pull_back(g: Array, x: Array, gamma: Array, dx: Array, dgamma: Array, kept: Array) -> None:
    for r in range(x.shape[0]):
        along = 0.0
        for i in range(x.shape[1]):
            moved = g[r, i] * (x[r, i] * kept[r])
            dgamma[i] += moved
            along += moved * gamma[i]
        for i in range(x.shape[1]):
            dx[r, i] += kept[r] * (g[r, i] * gamma[i] - x[r, i] * kept[r] * along / x.shape[1])


def forward(x: Array, gamma: Array, z: Array, eps: float, scratch: Array) -> None:
    scale(x, gamma, z, eps, scratch)


def backward(g: Array, z: Array, x: Array, gamma: Array, dx: Array, dgamma: Array, eps: float, scratch: Array) -> None:
    pull_back(g, x, gamma, dx, dgamma, scratch)


def gradient(m: Maker, g: Term, z: Term, x: Term, gamma: Term, eps: float) -> Sends:
    along = {"axis": tuple(range(x.rank - gamma.rank, x.rank)), "keepdims": True}
    over = 1.0 / m.sqrt(m.mean(m.square(x), **along) + eps)
    h, part = x * over, g * gamma
    return over * (part - h * m.mean(part * h, **along)), g * h


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x, whose last axes gamma has. Raises ShapeError."""
    x, gamma = shapes
    if number(attrs, "eps") < 0:
        raise ShapeError(f"`eps` is at least 0, got {attrs['eps']:g}")
    if not gamma or x[-len(gamma) :] != gamma:
        raise ShapeError(f"gamma of `rms_norm` has the last axes of x, {x}, got {gamma}")
    return x


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See x as rows that are normalised; the working memory holds one over the RMS of each."""
    n, rows = prod(shapes[1]), prod(out[: len(out) - len(shapes[1])])
    return Plan(((rows, n), (n,), (rows, n)), floats=(attrs["eps"],), scratch=rows)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """A number moves all of its row; gamma moves its column."""
    x, gamma = inputs
    n = gamma.size
    rows, places = x.reshape(-1, n), np.arange(z.size).reshape(-1, n)
    over = 1 / np.sqrt(np.mean(rows**2, axis=1, keepdims=True) + attrs["eps"])
    h = rows * over
    if k == 1:
        return places[:, e], h[:, e]
    r, i = divmod(e, n)
    return places[r], gamma.reshape(-1) * over[r] * ((np.arange(n) == i) - h[r] * h[r, i] / n)


OP = array_op(
    "rms_norm",
    forward,
    backward,
    inputs=("x", "gamma"),
    role="normalise",
    title="divide every sample by its RMS",
    symbols="rms_norm({x}, {gamma})",
    attrs={"eps": 1e-5},
    shape=shape,
    plan=plan,
    ranks=(2, 1, 2),
    local=local,
    floats=("eps",),
    scratch=True,
    gradient=gradient,
    examples=(Example("rms_norm([[1, 7], [3, -3]], [1, 10], 0)", "[[0.2, 14.0], [1.0, -10.0]]"),),
)
