"""Exponential linear unit: negative numbers bend towards -alpha instead of being cut off.

    forward  z = x where x > 0 else alpha · (e ** x - 1)
    backward dx = g where x > 0 else g · alpha · e ** x

There is a kink at 0 unless alpha is 1; at x = 0 the slope is that of the negative side.

Arguments:
    alpha  number: how far below 0 it bends at most

Source: Clevert, Unterthiner & Hochreiter, *Exponential Linear Units*, ICLR 2016.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from gradlab.numeric import Number, exp, expm1, select
from gradlab.op import Array, Attrs, Curve, Example, Shape, elementwise
from gradlab.ops._arguments import number
from gradlab.terms import Maker, Sends, Term


def forward(x: Number, alpha: Number) -> Number:
    return select(x > 0, x, alpha * expm1(x))


def backward(g: Number, z: Number, x: Number, alpha: Number) -> Number:
    return select(x > 0, g, g * (alpha * exp(x)))


def gradient(m: Maker, g: Term, z: Term, x: Term, alpha: float) -> Sends:
    bent = alpha * m.exp(m.minimum(x, 0.0))
    return (m.where(m.greater(x, 0.0), g, g * bent),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x."""
    number(attrs, "alpha")
    return shapes[0]


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return whether the unit is in its linear part, if that makes a difference to the slope."""
    return np.asarray((inputs[0] > 0) & (attrs["alpha"] != 1))


def curve(attrs: Attrs) -> Curve:
    """Return that nothing falls below -alpha."""
    return Curve((-attrs["alpha"], inf)) if attrs["alpha"] >= 0 else Curve()


OP = elementwise(
    "elu",
    forward,
    backward,
    role="activation",
    curve=curve,
    title="exponential linear unit",
    symbols="elu({x}, {alpha})",
    attrs={"alpha": 1.0},
    branch=branch,
    shape=shape,
    gradient=gradient,
    examples=(Example("elu([-1, 2])", "[-0.632121, 2.0]"),),
)
TORCH = "F.elu(x, alpha)"
