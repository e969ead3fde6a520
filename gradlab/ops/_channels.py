"""What the statistics of channels share: numbers of shape (B, C, …), one statistic a channel."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import compiled_for, keep, kept
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._reduce import summed_plan


def channel_shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of one number a channel that broadcasts to x. Raises ShapeError."""
    x = shapes[0]
    if len(x) < 2:
        raise ShapeError(f"channels are the second axis of (samples, channels, …), got shape {x}")
    return (x[1],) + (1,) * (len(x) - 2)


def counted_plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Return the sizes of the loops of a reduction over all axes but the second, and how many numbers a channel has."""
    x = shapes[0]
    axes = tuple(i for i in range(len(x)) if i != 1)
    return replace(summed_plan((x,), out, {"axis": axes}), floats=(float(prod(x[i] for i in axes)),))


def view(x: Shape) -> Shape:
    """Return a shape as (samples, channels, places)."""
    return x[0], x[1], prod(x[2:])


def square_distances(x: Array, m: Array, z: Array, lost: Array) -> None:
    """Write the mean squared distance of every channel from its mean into z, with x of shape (B, C, n), m and z of (C,)."""
    z[...] = np.sum((x - m[:, None]) ** 2, axis=(0, 2), dtype=np.float64) / (x.shape[0] * x.shape[2])


@compiled_for(square_distances)
def _square_distances(x: Array, m: Array, z: Array, lost: Array) -> None:
    for c in range(x.shape[1]):
        z[c], lost[c] = 0.0, 0.0
    for b in range(x.shape[0]):
        for c in range(x.shape[1]):
            s = 0.0
            for i in range(x.shape[2]):
                d = x[b, c, i] - m[c]
                s += d * d
            keep(kept(z, lost, c) + s, z, lost, c)
    for c in range(x.shape[1]):
        z[c] /= x.shape[0] * x.shape[2]


def spread_distances(g: Array, x: Array, m: Array, dx: Array, dm: Array) -> None:
    """Add to dx what a gradient of those means sends to each number, and take it from dm."""
    part = (2.0 * g / max(1, x.shape[0] * x.shape[2]))[:, None] * (x - m[:, None])
    dx += part
    dm -= part.sum(axis=(0, 2))


@compiled_for(spread_distances)
def _spread_distances(g: Array, x: Array, m: Array, dx: Array, dm: Array) -> None:
    n = x.shape[0] * x.shape[2]
    for b in range(x.shape[0]):
        for c in range(x.shape[1]):
            slope = 2.0 * g[c] / n
            s = 0.0
            for i in range(x.shape[2]):
                d = slope * (x[b, c, i] - m[c])
                dx[b, c, i] += d
                s += d
            dm[c] -= s
