"""What variance and standard deviation share: squared distances from means that the working memory keeps."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

from gradlab.errors import ShapeError
from gradlab.numeric import helper
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._arguments import is_whole
from gradlab.ops._reduce import add_terms, count, counted_plan, itself, reduced_shape, room, send

FLOATS = ("n", "left")
"""How many elements make a mean, and by what their squared distances from it are divided."""


def spread_shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape without the reduced axes. Raises ShapeError."""
    if not is_whole(attrs["ddof"]) or attrs["ddof"] < 0:
        raise ShapeError(f"`ddof` is a whole number from 0, got {attrs['ddof']!r}")
    return reduced_shape(shapes, attrs)


def freedom(shape: Shape, attrs: Attrs) -> int:
    """Return by what the squared distances are divided: 0, which makes NaN, where as many are taken off as there are."""
    return max(count(shape, attrs["axis"]) - int(attrs["ddof"]), 0)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Return the sizes of the loops; the working memory holds the means, behind them the sums, later slopes."""
    counted = counted_plan(shapes, out, attrs)
    floats = (*counted.floats, float(freedom(shapes[0], attrs)))
    return replace(counted, floats=floats, scratch=room(2 * prod(out)))


@helper
def square_distance(x: float, mean: float) -> float:
    """Return the squared distance from the mean."""
    return (x - mean) * (x - mean)


@helper
def distance(slope: float, x: float, mean: float) -> float:
    """Return the distance from the mean, times a slope."""
    return slope * (x - mean)


@helper
def mean_squares(
    x: Array, z: Array, means: Array, n: float, left: float, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int
) -> None:
    """Write the means, and into z the squared distances from them, added up and divided by `left`."""
    sums = means[z.shape[0] :]
    add_terms(itself, x, means, means, k0, r0, k1, r1, k2, r2)
    for i in range(z.shape[0]):
        means[i] /= n
    add_terms(square_distance, x, means, sums, k0, r0, k1, r1, k2, r2)
    for i in range(z.shape[0]):
        z[i] = sums[i] / left


@helper
def spread_distances(
    slope: Array, x: Array, dx: Array, means: Array, k0: int, r0: int, k1: int, r1: int, k2: int, r2: int
) -> None:
    """Add to dx the slope of its mean times the distance from the mean."""
    send(distance, slope, x, means, dx, k0, r0, k1, r1, k2, r2)
