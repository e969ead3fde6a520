"""Numbers held between two bounds.

    forward  z = min(max(x, low), high)
    backward dx = g where low <= x <= high else 0

NaN stays NaN.
Known as: clamp; clip_by_value; hardtanh: clip(x, -1, 1); relu6: clip(x, 0, 6).
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008, ch. 14.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.numeric import Number, isnan, select
from gradlab.op import Array, Attrs, Curve, Example, Shape, clipped, elementwise
from gradlab.ops._arguments import number


def forward(x: Number, low: Number, high: Number) -> Number:
    return select(x < low, low, select(x > high, high, x))


def backward(g: Number, z: Number, x: Number, low: Number, high: Number) -> Number:
    return select(x < low, 0.0, select(x > high, 0.0, select(isnan(x), x, g)))


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x. Raises ShapeError when the bounds are the wrong way round."""
    low, high = number(attrs, "low"), number(attrs, "high")
    if low > high:
        raise ShapeError(f"`low` is at most `high`, got {low:g} and {high:g}")
    return shapes[0]


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return -1 below the bounds, 1 above them, 0 between."""
    x = inputs[0]
    return np.asarray(x > attrs["high"], dtype=np.int8) - np.asarray(x < attrs["low"], dtype=np.int8)


def curve(attrs: Attrs) -> Curve:
    """Return its bounds as the range; at a low bound of 0 it is a rectifier, whose units are dead there."""
    return clipped(attrs["low"], attrs["high"])


OP = elementwise(
    "clip",
    forward,
    backward,
    role="arithmetic",
    curve=curve,
    title="hold between bounds",
    symbols="clip({x}, {low}, {high})",
    attrs={"low": REQUIRED, "high": REQUIRED},
    branch=branch,
    shape=shape,
    examples=(Example("clip([-2, 0.5, 3], 0.0, 1.0)", "[0.0, 0.5, 1.0]"),),
)
