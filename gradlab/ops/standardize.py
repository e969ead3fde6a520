"""Standardise: how many deviations a number is away from a mean. The third line of batch normalisation.

    forward  z = (x - m) / √(v + eps)
    backward dx = g / √(v + eps),  dm = -g / √(v + eps),  dv = -g · z / (2 · (v + eps))

m: means, v: variances; both broadcast to x. eps keeps a channel without spread from being divided by zero.
Source: Ioffe & Szegedy, *Batch Normalization: Accelerating Deep Network Training*, ICML 2015, algorithm 1.
"""

from __future__ import annotations

from typing import Any

from gradlab.errors import ShapeError
from gradlab.numeric import Number, sqrt
from gradlab.op import Example, Shape, broadcast_shape, elementwise
from gradlab.ops._arguments import number
from gradlab.terms import Maker, Sends, Term


def forward(x: Number, m: Number, v: Number, eps: float) -> Number:
    return (x - m) / sqrt(v + eps)


def backward(g: Number, z: Number, x: Number, m: Number, v: Number, eps: float) -> tuple[Number, Number, Number]:
    part = g / sqrt(v + eps)
    return part, -part, -0.5 * g * z / (v + eps)


def gradient(m: Maker, g: Term, z: Term, x: Term, mean: Term, v: Term, eps: float) -> Sends:
    spread = v + eps
    dx = g / m.sqrt(spread)
    return dx, -dx, -(g * z / (2.0 * spread))


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Keep the shape of x, to which means and variances broadcast. Raises ShapeError."""
    if number(attrs, "eps") < 0:
        raise ShapeError(f"`eps` is 0 or more, got {attrs['eps']:g}")
    if broadcast_shape(shapes) != shapes[0]:
        raise ShapeError(f"means and variances broadcast to x of shape {shapes[0]}, got {shapes[1]} and {shapes[2]}")
    return shapes[0]


OP = elementwise(
    "standardize",
    forward,
    backward,
    role="normalise",
    title="standardise",
    symbols="({x} - {m}) / √({v} + {eps})",
    attrs={"eps": 1e-5},
    shape=shape,
    gradient=gradient,
    examples=(Example("standardize([1, 5], 2, 4, 0)", "[-0.5, 1.5]"),),
)
TORCH = "(x - m) / (v + eps).sqrt()"
