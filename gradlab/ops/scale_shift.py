"""Scale and shift: what normalised values are allowed to be instead. The fourth line of batch normalisation.

    forward  z = gamma · x + beta
    backward dx = g · gamma,  dgamma = g · x,  dbeta = g

gamma and beta broadcast to x.
Source: Ioffe & Szegedy, *Batch Normalization: Accelerating Deep Network Training*, ICML 2015, algorithm 1.
"""

from __future__ import annotations

from typing import Any

from gradlab.errors import ShapeError
from gradlab.numeric import Number
from gradlab.op import Example, Shape, broadcast_shape, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number, gamma: Number, beta: Number) -> Number:
    return gamma * x + beta


def backward(g: Number, z: Number, x: Number, gamma: Number, beta: Number) -> tuple[Number, Number, Number]:
    return g * gamma, g * x, g


def gradient(m: Maker, g: Term, z: Term, x: Term, gamma: Term, beta: Term) -> Sends:
    return g * gamma, g * x, g


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x, to which gamma and beta broadcast. Raises ShapeError."""
    if broadcast_shape(shapes) != shapes[0]:
        raise ShapeError(f"gamma and beta broadcast to x of shape {shapes[0]}, got {shapes[1]} and {shapes[2]}")
    return shapes[0]


OP = elementwise(
    "scale_shift",
    forward,
    backward,
    role="normalise",
    title="scale and shift",
    symbols="{gamma} · {x} + {beta}",
    shape=shape,
    gradient=gradient,
    examples=(Example("scale_shift([1, 2], 3, 0.5)", "[3.5, 6.5]"),),
)
TORCH = "gamma * x + beta"
