"""The angle of a point, in radians from -π to π: how far it is turned from the axis of x, against the clock.

    forward  z = angle of (x, y)
    backward dy = g · x / (x² + y²),  dx = -g · y / (x² + y²)

y, x: the coordinates, in this order as in C and in NumPy. Shapes broadcast. Where x is negative and y changes its sign the
angle jumps by 2π; its slopes do not. At the origin there is none: NaN.

Known as: arctan2.
Source: Abramowitz & Stegun, *Handbook of Mathematical Functions*, 1964, ch. 4.
"""

from __future__ import annotations

from math import pi

import numpy as np

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Array, Attrs, Curve, Example, elementwise
from gradlab.terms import Maker, Sends, Term

RAY = -0.7390851332151607
"""An angle that nobody asks for. On a plane without its origin some side has to end where nothing jumps: it ends there."""


def forward(y: Number, x: Number) -> Number:
    return numeric.atan2(y, x)


def backward(g: Number, z: Number, y: Number, x: Number) -> tuple[Number, Number]:
    steep = numeric.absolute(y) > numeric.absolute(x)
    part = numeric.select(steep, y, x)
    tilt = numeric.select(steep, x, y) / part
    part = g / (part * (1.0 + tilt * tilt))  # x² + y² would overflow, or be 0, long before the slopes are
    tilt = tilt * part
    dx = -numeric.select(steep, part, tilt)
    return numeric.select(steep, tilt, part), dx


def gradient(m: Maker, g: Term, z: Term, y: Term, x: Term) -> Sends:
    steep = m.greater(m.abs(y), m.abs(x))
    longer = m.where(steep, y, x)
    tilt = m.where(steep, x, y) / longer
    part = g / (longer * (1.0 + m.square(tilt)))
    tilted = tilt * part
    return m.where(steep, tilted, part), -m.where(steep, part, tilted)


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return on which side of the jump the angle is."""
    return np.asarray(z < RAY)


OP = elementwise(
    "atan2",
    forward,
    backward,
    role="arithmetic",
    curve=Curve((-pi, pi)),
    title="angle of a point",
    symbols="atan2({y}, {x})",
    branch=branch,
    gradient=gradient,
    examples=(Example("atan2([0, 1, 0, -1], [1, 0, -1, 0])", "[0.0, 1.5708, 3.14159, -1.5708]"),),
)
TORCH = "torch.atan2(y, x)"
