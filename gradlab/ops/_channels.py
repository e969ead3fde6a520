"""What the statistics of channels share: numbers of shape (B, C, …), one statistic a channel."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

from gradlab.errors import ShapeError
from gradlab.op import Attrs, Plan, Shape
from gradlab.ops._reduce import plan


def channel_shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Give the shape of one number a channel that broadcasts to x. Raises ShapeError."""
    x = shapes[0]
    if len(x) < 2:
        raise ShapeError(f"channels are the second axis of (samples, channels, …), got shape {x}")
    return (x[1],) + (1,) * (len(x) - 2)


def counted_plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Give the sizes of the loops of a reduction over all axes but the second, and how many numbers a channel has."""
    x = shapes[0]
    axes = tuple(i for i in range(len(x)) if i != 1)
    return replace(plan((x,), out, {"axis": axes}), floats=(float(prod(x[i] for i in axes)),))


def view(x: Shape) -> Shape:
    """Give a shape as (samples, channels, places)."""
    return x[0], x[1], prod(x[2:])
