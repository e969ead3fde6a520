"""Straight between two bounds, flat beyond them: at a bound, too, no gradient goes through.

    forward  z = min(max(x, low), high)
    backward dx = g where low < x < high else 0

It gives what `clip` gives; that one lets the gradient through where x stands at a bound. NaN stays NaN.

Arguments:
    low   number: the lower bound
    high  number: the upper bound

Known as: Hardtanh; ReLU6: hardtanh(x, 0, 6); relu6: hardtanh(x, 0, 6).
Source: Collobert, *Large Scale Machine Learning*, PhD thesis, 2004.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import Number, isnan, select
from gradlab.op import Array, Attrs, Curve, Example, Shape, clipped, elementwise
from gradlab.ops._arguments import number
from gradlab.ops._masks import but_nan
from gradlab.terms import Maker, Sends, Term


def forward(x: Number, low: Number, high: Number) -> Number:
    return select(x < low, low, select(x > high, high, x))


def backward(g: Number, z: Number, x: Number, low: Number, high: Number) -> Number:
    return select(x <= low, 0.0, select(x >= high, 0.0, select(isnan(x), x, g)))


def gradient(m: Maker, g: Term, z: Term, x: Term, low: float, high: float) -> Sends:
    return (but_nan(m, x, m.where(m.less_equal(x, low), 0.0, m.where(m.greater_equal(x, high), 0.0, g))),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x. Raises ShapeError when the bounds are the wrong way round."""
    low, high = number(attrs, "low"), number(attrs, "high")
    if low >= high:
        raise ShapeError(f"`low` is below `high`, got {low:g} and {high:g}")
    return shapes[0]


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return -1 up to the lower bound, 1 from the upper one on, 0 between."""
    x = inputs[0]
    return np.asarray(x >= attrs["high"], dtype=np.int8) - np.asarray(x <= attrs["low"], dtype=np.int8)


def curve(attrs: Attrs) -> Curve:
    """Return its bounds as the range; at a low bound of 0 it is a rectifier, whose units are dead there."""
    return clipped(float(attrs["low"]), float(attrs["high"]))


OP = elementwise(
    "hardtanh",
    forward,
    backward,
    role="activation",
    curve=curve,
    title="straight between two bounds",
    symbols="hardtanh({x}, {low}, {high})",
    attrs={"low": -1.0, "high": 1.0},
    branch=branch,
    shape=shape,
    gradient=gradient,
    examples=(
        Example("hardtanh([-2, 0.5, 3])", "[-1.0, 0.5, 1.0]"),
        Example("hardtanh([-2, 0.5, 7], 0, 6)", "[0.0, 0.5, 6.0]"),
    ),
)
TORCH = "F.hardtanh(x, low, high)"
