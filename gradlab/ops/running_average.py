"""A statistic that runs along: in training it moves a part of the way to what it follows. It belongs to the update phase.

    forward  z = (1 - rate) · x + rate · scale · y where mode is not 0, else x
    backward dx = (1 - rate) · g,  dy = rate · scale · g,  dmode = 0

x: what it was; y: the statistic of this batch, of the same shape; mode: 1 in training, 0 when the model is used, when nothing
moves. scale: n / (n - 1) makes a variance of n numbers an unbiased one.
Source: Ioffe & Szegedy, *Batch Normalization: Accelerating Deep Network Training*, ICML 2015, section 3.1.
"""

from __future__ import annotations

from typing import Any

from gradlab.errors import ShapeError
from gradlab.numeric import Number, select
from gradlab.op import Example, Shape, broadcast_shape, elementwise


def forward(x: Number, y: Number, mode: Number, rate: float, scale: float) -> Number:
    return select(mode != 0, (1.0 - rate) * x + rate * scale * y, x)


def backward(
    g: Number, z: Number, x: Number, y: Number, mode: Number, rate: float, scale: float
) -> tuple[Number, Number, Number]:
    return select(mode != 0, (1.0 - rate) * g, g), select(mode != 0, rate * scale * g, 0.0), 0.0


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x, to which the others broadcast. Raises ShapeError."""
    if broadcast_shape(shapes) != shapes[0]:
        raise ShapeError(f"a running statistic keeps its shape {shapes[0]}, got {shapes[1]} and {shapes[2]}")
    return shapes[0]


OP = elementwise(
    "running_average",
    forward,
    backward,
    role="update",
    title="move a running statistic",
    symbols="(1 - {rate}) · {x} + {rate} · {scale} · {y}",
    attrs={"rate": 0.1, "scale": 1.0},
    shape=shape,
    differentiable=(True, True, False),
    examples=(Example("running_average(2, 12, 1, 0.1)", "3.0"), Example("running_average(2, 12, 0, 0.1)", "2.0")),
)
TORCH = "x + rate * (scale * y - x) if mode else x"
