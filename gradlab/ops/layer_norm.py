"""Layer normalisation: every sample alone gets mean 0 and variance 1 over its last axes, then a scale and a shift.

    forward  h = (x - mean) / √(var + eps),  z = gamma · h + beta          x, h, z: (…, n)   gamma, beta: (n,)
    backward dx = (g · gamma - mean(g · gamma) - h · mean(g · gamma · h)) / √(var + eps),  dgamma = Σ g · h,  dbeta = Σ g

gamma and beta have as many axes as are normalised together; mean and variance are taken over those, the sums over the others.
The variance divides by the number of its terms. Batch and mode do not matter.
Known as: LayerNormalization.
Source: Ba, Kiros & Hinton, *Layer Normalization*, 2016.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import wide
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._lines import memory, normalise, pull_back, pulled_back
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, gamma: Array, beta: Array, z: Array, eps: float, scratch: Array) -> None:
    normalise(x, gamma, beta, z, 1, eps, wide(scratch))


def backward(
    g: Array, z: Array, x: Array, gamma: Array, beta: Array, dx: Array, dgamma: Array, dbeta: Array, eps: float, scratch: Array
) -> None:
    pull_back(g, x, gamma, dx, dgamma, dbeta, 1, wide(scratch))


def gradient(m: Maker, g: Term, z: Term, x: Term, gamma: Term, beta: Term, eps: float) -> Sends:
    h, dx = pulled_back(m, g * gamma, x, tuple(range(x.rank - gamma.rank, x.rank)), eps)
    return dx, g * h, g


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x, whose last axes gamma and beta have. Raises ShapeError."""
    x, gamma, beta = shapes
    if not gamma or x[-len(gamma) :] != gamma or beta != gamma:
        raise ShapeError(f"gamma and beta of `layer_norm` have the last axes of x, {x}, got {gamma} and {beta}")
    return x


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See x as rows that are normalised; the working memory holds mean and scale of each, and sums of the channels."""
    n = prod(shapes[1])
    rows = prod(out[: len(out) - len(shapes[1])])
    return Plan(((rows, n), (n,), (n,), (rows, n)), floats=(float(attrs["eps"]),), scratch=memory(rows, n))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """A number moves all of its row; gamma and beta move their column."""
    x, gamma, _ = inputs
    n = gamma.size
    rows = x.reshape(-1, n)
    places = np.arange(z.size).reshape(-1, n)
    centred = rows - rows.mean(axis=1, keepdims=True)
    scale = 1 / np.sqrt(np.mean(centred**2, axis=1, keepdims=True) + attrs["eps"])
    h = centred * scale
    if k == 0:
        r, i = divmod(e, n)
        slopes = gamma.reshape(-1) * scale[r] * ((np.arange(n) == i) - 1 / n - h[r] * h[r, i] / n)
        return places[r], slopes
    return places[:, e], h[:, e] if k == 1 else np.ones(len(rows), z.dtype)


OP = array_op(
    "layer_norm",
    forward,
    backward,
    inputs=("x", "gamma", "beta"),
    role="normalise",
    title="normalise every sample",
    symbols="layer_norm({x}, {gamma}, {beta})",
    attrs={"eps": 1e-5},
    shape=shape,
    plan=plan,
    ranks=(2, 1, 1, 2),
    local=local,
    floats=("eps",),
    scratch=True,
    gradient=gradient,
    examples=(Example("layer_norm([[1, 3], [0, 8]], [1, 1], [0, 10], 0)", "[[-1.0, 11.0], [-1.0, 11.0]]"),),
)
TORCH = "F.layer_norm(x, gamma.shape, gamma, beta, eps)"
