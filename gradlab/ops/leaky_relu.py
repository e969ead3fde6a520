"""Rectified linear unit that leaks: negative numbers keep a small slope, so that no unit dies.

    forward  z = x where x > 0 else slope · x
    backward dx = g where x > 0 else slope · g

At x = 0 the slope is that of the negative side.

Arguments:
    slope  number: what negative numbers are multiplied by

Source: Maas, Hannun & Ng, *Rectifier Nonlinearities Improve Neural Network Acoustic Models*, ICML 2013.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.numeric import Number, select
from gradlab.op import Array, Attrs, Example, Shape, elementwise
from gradlab.ops._arguments import number
from gradlab.ops._masks import but_nan
from gradlab.terms import Maker, Sends, Term


def forward(x: Number, slope: Number) -> Number:
    return select(x > 0, x, slope * x)


def backward(g: Number, z: Number, x: Number, slope: Number) -> Number:
    return select(x > 0, g, select(x <= 0, slope * g, x))


def gradient(m: Maker, g: Term, z: Term, x: Term, slope: float) -> Sends:
    return (but_nan(m, x, m.where(m.greater(x, 0.0), g, slope * g)),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x."""
    number(attrs, "slope")
    return shapes[0]


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return whether the unit is on."""
    return np.asarray(inputs[0] > 0)


OP = elementwise(
    "leaky_relu",
    forward,
    backward,
    role="activation",
    title="leaky rectified linear unit",
    symbols="leaky_relu({x}, {slope})",
    attrs={"slope": 0.01},
    branch=branch,
    shape=shape,
    gradient=gradient,
    examples=(Example("leaky_relu([-1, 2])", "[-0.01, 2.0]"), Example("leaky_relu(-1.0, slope=0.5)", "-0.5")),
)
TORCH = "F.leaky_relu(x, slope)"
