"""One step downhill, as plain gradient descent does it. It belongs to the update phase.

    forward  z = w - lr · g
    backward dw = u,  dg = -u · lr,  dlr = -u · g

w: a parameter; g: its gradient, of the same shape; lr: the learning rate, one number; u: ∂root/∂z.
Source: Robbins & Monro, *A Stochastic Approximation Method*, Annals of Mathematical Statistics 22, 1951.
"""

from __future__ import annotations

from typing import Any

from gradlab.errors import ShapeError
from gradlab.numeric import Number
from gradlab.op import Example, Shape, broadcast_shape, elementwise


def forward(w: Number, g: Number, lr: Number) -> Number:
    return w - lr * g


def backward(u: Number, z: Number, w: Number, g: Number, lr: Number) -> tuple[Number, Number, Number]:
    return u, -u * lr, -u * g


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of w, to which the others broadcast."""
    if broadcast_shape(shapes) != shapes[0]:
        raise ShapeError(f"a step cannot change the shape {shapes[0]} of its parameter, got {shapes[1]} and {shapes[2]}")
    return shapes[0]


OP = elementwise(
    "descend",
    forward,
    backward,
    role="update",
    title="step downhill",
    symbols="{w} - {lr} · {g}",
    shape=shape,
    examples=(Example("descend(5.0, 2.0, 0.25)", "4.5"),),
)
TORCH = "w - lr * g"
