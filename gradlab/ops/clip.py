"""Numbers held between two bounds, or by one of them: the other is None.

    forward  z = min(max(x, low), high)
    backward dx = g where low <= x <= high else 0

NaN stays NaN.

Arguments:
    low   number: the lower bound; None: none
    high  number: the upper bound; None: none

Known as: clamp; clip_by_value; clamp_min: clip(x, low=0); clamp_max: clip(x, high=1).
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008, ch. 14.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import Number, isnan, select
from gradlab.op import Array, Attrs, Curve, Example, Shape, clipped, elementwise
from gradlab.ops._arguments import number
from gradlab.ops._masks import but_nan
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term


def forward(x: Number, low: Number, high: Number) -> Number:
    return select(x < low, low, select(x > high, high, x))


def backward(g: Number, z: Number, x: Number, low: Number, high: Number) -> Number:
    return select(x < low, 0.0, select(x > high, 0.0, select(isnan(x), x, g)))


def gradient(m: Maker, g: Term, z: Term, x: Term, low: float, high: float) -> Sends:
    sent = m.where(m.less(x, low), 0.0, g) if low > -inf else g
    sent = m.where(m.greater(x, high), 0.0, sent) if high < inf else sent
    return (but_nan(m, x, sent),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x. Raises ShapeError when the bounds are the wrong way round."""
    low, high = _bound(attrs, "low", -inf), _bound(attrs, "high", inf)
    if low == -inf and high == inf:
        raise ShapeError("`clip` takes a bound: `low`, `high` or both")
    if low > high:
        raise ShapeError(f"`low` is at most `high`, got {low:g} and {high:g}")
    return shapes[0]


def _bound(attrs: dict[str, Any], name: str, none: float) -> float:
    """Return a finite bound, or what stands for none; it is left in the attributes."""
    if attrs[name] is None or (isinstance(attrs[name], float) and attrs[name] == none):
        attrs[name] = none
        return none
    return number(attrs, name)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return -1 below the bounds, 1 above them, 0 between."""
    x = inputs[0]
    return np.asarray(x > attrs["high"], dtype=np.int8) - np.asarray(x < attrs["low"], dtype=np.int8)


def curve(attrs: Attrs) -> Curve:
    """Return its bounds as the range; at a low bound of 0 it is a rectifier, whose units are dead there."""
    return clipped(*(none if attrs[name] is None else attrs[name] for name, none in (("low", -inf), ("high", inf))))


OP = elementwise(
    "clip",
    forward,
    backward,
    role="arithmetic",
    curve=curve,
    title="hold between bounds",
    symbols="clip({x}, {low}, {high})",
    attrs={"low": None, "high": None},
    branch=branch,
    shape=shape,
    gradient=gradient,
    examples=(
        Example("clip([-2, 0.5, 3], 0.0, 1.0)", "[0.0, 0.5, 1.0]"),
        Example("clip([-2, 0.5, 3], high=1)", "[-2.0, 0.5, 1.0]"),
    ),
)


def TORCH(call: TorchCall) -> str:
    """Return x between the bounds that there are."""
    low, high = call.attrs["low"], call.attrs["high"]
    given = [*([f"min={low!r}"] if low not in (None, -inf) else []), *([f"max={high!r}"] if high not in (None, inf) else [])]
    return f"x.clamp({', '.join(given)})"
