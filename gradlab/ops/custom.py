"""The value of one expression, with a gradient that goes through another one: a backward of one's own.

    forward  z = x
    backward dx = 0,  dy = g

`custom(tanh(h), 2 * tanh(h))` gives tanh(h), and sends back twice its gradient. What stands first is computed and gets no
gradient; what stands second is computed, too, and its gradient goes on as if its value had been used. Both have one shape.

`check` compares what is sent through the second with the slope of the first, and names this op where they differ: a backward
that is right passes, and a wrong sign, a factor or a mask that was forgotten is found. Where only the second depends on a
number there is no slope to compare with, and the number is checked by the rule. A straight-through unit is
`y + stop_gradient(x - y)`, which `check` takes for what it says: x with the gradient of y.

Known as: custom_vjp; custom_gradient.
Source: Bradbury et al., *JAX: composable transformations of Python+NumPy programs*, 2018.
"""

from __future__ import annotations

from typing import Any

from gradlab.errors import ShapeError
from gradlab.numeric import Number
from gradlab.op import Example, Shape, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(x: Number, y: Number) -> Number:
    return x + 0.0


def backward(g: Number, z: Number, x: Number, y: Number) -> tuple[Number, Number]:
    return 0.0, g


def gradient(m: Maker, g: Term, z: Term, x: Term, y: Term) -> Sends:
    return None, g


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of both. Raises ShapeError."""
    if shapes[0] != shapes[1]:
        raise ShapeError(f"`custom` takes two expressions of one shape, got {shapes[0]} and {shapes[1]}")
    return shapes[0]


OP = elementwise(
    "custom",
    forward,
    backward,
    role="stop",
    title="value of x, gradient to y",
    symbols="custom({x}, {y})",
    shape=shape,
    differentiable=(False, True),
    surrogate="the gradient of x goes to y, as if y were the value",
    gradient=gradient,
    examples=(Example("custom([1, 2], [3, 4])", "[1.0, 2.0]"),),
)
TORCH = "x.detach() + (y - y.detach())"
