"""What the statistics of channels share: numbers of shape (B, C, …), one statistic a channel."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import helper
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._moments import distance, square_distance
from gradlab.ops._reduce import add_terms, send, summed_plan


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


@helper
def square_distances(x: Array, m: Array, z: Array, sums: Array) -> None:
    """Write the mean squared distance of every channel from its mean into z, with x of shape (B, C, n), m and z of (C,).

    sums: room for them in float64.
    """
    samples, channels, places = x.shape
    add_terms(square_distance, x.reshape(x.size), m, sums, 1, samples, 1, 1, channels, places)
    for c in range(channels):
        z[c] = sums[c] / np.float64(samples * places)


@helper
def beyond(x: float, mean: float) -> float:
    """Return the distance from the mean."""
    return x - mean


@helper
def spread_distances(g: Array, x: Array, m: Array, dx: Array, dm: Array, sums: Array) -> None:
    """Add to dx what a gradient of those means sends to each number, and take it from dm. sums: room for twice as many."""
    samples, channels, places = x.shape
    flat, slope = x.reshape(x.size), sums[channels:]
    add_terms(beyond, flat, m, sums, 1, samples, 1, 1, channels, places)
    for c in range(channels):
        slope[c] = 2.0 * g[c] / max(1, samples * places)
        dm[c] -= slope[c] * sums[c]
    send(distance, slope[:channels], flat, m, dx.reshape(x.size), 1, samples, 1, 1, channels, places)
