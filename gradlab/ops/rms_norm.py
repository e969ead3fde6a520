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
from gradlab.numeric import ZERO, compiled_for, sqrt, wide
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import number
from gradlab.ops._lines import pulls, squares_around
from gradlab.ops._reduce import room
from gradlab.terms import Maker, Sends, Term


def scale(x: Array, gamma: Array, z: Array, eps: float, kept: Array) -> None:
    """Write the scaled lines into z; keep one over the RMS of each."""
    if not x.size:
        return
    rows = x.shape[0]
    kept[:rows] = 1.0 / np.sqrt(np.mean(x.astype(np.float64) ** 2, axis=1) + eps)
    z[...] = gamma * (x * kept[:rows, None])


@compiled_for(scale)
def _scale(x: Array, gamma: Array, z: Array, eps: float, kept: Array) -> None:
    n = x.shape[1]
    for r in range(x.shape[0]):
        line, out = x[r], z[r]
        over = 1.0 / sqrt(squares_around(line, ZERO) / n + eps)
        kept[r] = over
        for i in range(n):
            out[i] = gamma[i] * (line[i] * over)


def pull_back(g: Array, x: Array, gamma: Array, dx: Array, dgamma: Array, kept: Array) -> None:
    """Add what a gradient of the scaled lines sends: to x less its part along the line itself."""
    if not x.size:
        return
    over, up = kept[: x.shape[0], None], g.astype(np.float64, copy=False)
    h, part = x * over, up * gamma
    dgamma += np.sum(up * h, axis=0)
    dx += over * (part - h * np.mean(part * h, axis=1)[:, None])


@compiled_for(pull_back)
def _pull_back(g: Array, x: Array, gamma: Array, dx: Array, dgamma: Array, kept: Array) -> None:
    rows, n = x.shape
    steep = kept[rows : rows + n]
    for i in range(n):
        steep[i] = 0.0
    for r in range(rows):
        line, up, out, over = x[r], g[r], dx[r], kept[r]
        along = pulls(up, line, gamma, ZERO)[1] * over * over / n
        for i in range(n):
            steep[i] += up[i] * (line[i] * over)
        for i in range(n):
            out[i] += over * (np.float64(up[i]) * gamma[i] - line[i] * along)
    for i in range(n):
        dgamma[i] += steep[i]


def forward(x: Array, gamma: Array, z: Array, eps: float, scratch: Array) -> None:
    scale(x, gamma, z, eps, wide(scratch))


def backward(g: Array, z: Array, x: Array, gamma: Array, dx: Array, dgamma: Array, eps: float, scratch: Array) -> None:
    pull_back(g, x, gamma, dx, dgamma, wide(scratch))


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
    """See x as rows that are normalised; the working memory holds one over the RMS of each, and sums of the columns."""
    n, rows = prod(shapes[1]), prod(out[: len(out) - len(shapes[1])])
    return Plan(((rows, n), (n,), (rows, n)), floats=(attrs["eps"],), scratch=room(rows + n))


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
TORCH = "F.rms_norm(x, gamma.shape, gamma, eps)"
