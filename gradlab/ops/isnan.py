"""Whether x is NaN, as a mask: 1 where it is, else 0. Nothing is learned through it.

    forward  z = 1 where x != x else 0
    backward dx = 0

Known as: is_nan.
Source: IEEE 754, *Standard for Floating-Point Arithmetic*, 2019, 5.7.2.
"""

from __future__ import annotations

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Curve, Example, elementwise
from gradlab.ops._compare import side


def forward(x: Number) -> Number:
    return numeric.select(numeric.isnan(x), 1.0, 0.0)


def backward(g: Number, z: Number, x: Number) -> Number:
    return 0.0


OP = elementwise(
    "isnan",
    forward,
    backward,
    role="compare",
    curve=Curve((0.0, 1.0)),
    title="is not a number",
    symbols="isnan({x})",
    branch=side,
    examples=(Example("isnan([1, -1e308])", "[0.0, 0.0]"),),
)
TORCH = "x.isnan().to(DTYPE)"
