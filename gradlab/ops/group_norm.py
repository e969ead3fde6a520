"""Group normalisation: the channels of a sample in groups, each group with mean 0 and variance 1, then a scale and a shift.

    forward  h = (x - mean) / √(var + eps),  z = gamma · h + beta          x, h, z: (B, C, …)   gamma, beta: (C,)
    backward dx = (g · gamma - mean(g · gamma) - h · mean(g · gamma · h)) / √(var + eps),  dgamma = Σ g · h,  dbeta = Σ g

Mean and variance are taken over the channels of a group and all their places, the sums over samples and places. One group
normalises a sample as a whole; as many groups as channels, every channel of it alone. Batch and mode do not matter.
Source: Wu & He, *Group Normalization*, ECCV 2018.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.numeric import wide
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._lines import memory, normalise, pull_back, pulled_back
from gradlab.terms import Maker, Sends, Term


def forward(x: Array, gamma: Array, beta: Array, z: Array, groups: int, eps: float, scratch: Array) -> None:
    normalise(x, gamma, beta, z, groups, eps, wide(scratch))


def backward(
    g: Array, z: Array, x: Array, gamma: Array, beta: Array, dx: Array, dgamma: Array, dbeta: Array, groups: int, eps: float,
    scratch: Array,
) -> None:  # fmt: skip
    pull_back(g, x, gamma, dx, dgamma, dbeta, groups, wide(scratch))


def gradient(m: Maker, g: Term, z: Term, x: Term, gamma: Term, beta: Term, groups: int, eps: float) -> Sends:
    rows = x.shape[0], groups, prod(x.shape[1:]) // groups
    wide = m.reshape(gamma, shape=(x.shape[1], *(1,) * (x.rank - 2)))
    h, dx = pulled_back(m, m.reshape(g * wide, shape=rows), m.reshape(x, shape=rows), -1, eps)
    around = tuple(i for i in range(x.rank) if i != 1)
    dgamma = m.sum(g * m.reshape(h, shape=x.shape), axis=around)
    return m.reshape(dx, shape=x.shape), dgamma, m.sum(g, axis=around)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x, whose channels gamma and beta have. Raises ShapeError."""
    x, gamma, beta = shapes
    groups = attrs["groups"]
    if len(x) < 2:
        raise ShapeError(f"channels are the second axis of (samples, channels, …), got shape {x}")
    if isinstance(groups, bool) or not isinstance(groups, int) or groups < 1 or x[1] % groups:
        raise ShapeError(f"`groups` of `group_norm` divides the {x[1]} channels, got {groups}")
    if gamma != (x[1],) or beta != gamma:
        raise ShapeError(f"gamma and beta of `group_norm` have shape ({x[1]},), one number a channel, got {gamma} and {beta}")
    return x


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See x as groups that are normalised; the working memory holds mean and scale of each, and sums of the channels."""
    groups, channels = attrs["groups"], out[1]
    rows, n = out[0] * groups, channels // groups * prod(out[2:])
    view = ((rows, n), (channels,), (channels,), (rows, n))
    return Plan(view, (groups,), (float(attrs["eps"]),), scratch=memory(rows, channels))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """A number moves all of its group; gamma and beta move their channel."""
    x, gamma, _ = inputs
    n = x.shape[1] // attrs["groups"] * prod(x.shape[2:])
    rows = x.reshape(x.shape[0] * attrs["groups"], n)
    centred = rows - rows.mean(axis=1, keepdims=True)
    scale = 1 / np.sqrt(np.mean(centred**2, axis=1, keepdims=True) + attrs["eps"])
    h = centred * scale
    if k == 0:
        r, i = divmod(e, n)
        wide = np.broadcast_to(gamma.reshape(-1, *(1,) * (x.ndim - 2)), x.shape).reshape(rows.shape)[r]
        return r * n + np.arange(n), wide * scale[r] * ((np.arange(n) == i) - 1 / n - h[r] * h[r, i] / n)
    places = np.arange(z.size).reshape(x.shape)[:, e].reshape(-1)
    return places, h.reshape(-1)[places] if k == 1 else np.ones(places.size, z.dtype)


OP = array_op(
    "group_norm",
    forward,
    backward,
    inputs=("x", "gamma", "beta"),
    role="normalise",
    title="normalise groups of channels",
    symbols="group_norm({x}, {gamma}, {beta}, {groups})",
    attrs={"groups": REQUIRED, "eps": 1e-5},
    shape=shape,
    plan=plan,
    ranks=(2, 1, 1, 2),
    local=local,
    ints=("groups",),
    floats=("eps",),
    scratch=True,
    gradient=gradient,
    examples=(
        Example("group_norm([[1, 3, 0, 8]], [1, 1, 1, 2], [0, 0, 0, 0], 2, 0)", "[[-1.0, 1.0, -1.0, 2.0]]"),
        Example("group_norm([[1, 1, 3, 3]], [1, 1, 1, 1], [0, 0, 0, 5], 1, 0)", "[[-1.0, -1.0, 1.0, 6.0]]"),
    ),
)
TORCH = "F.group_norm(x, groups, gamma, beta, eps)"
