"""Passes its value on and lets no gradient back.

    forward  z = x
    backward dx = 0

Known as: detach; no_grad.
Source: Bradbury et al., *JAX: composable transformations of Python+NumPy programs*, 2018.
"""

from __future__ import annotations

from gradlab.numeric import Number
from gradlab.op import Example, elementwise


def forward(x: Number) -> Number:
    return x + 0.0


def backward(g: Number, z: Number, x: Number) -> Number:
    return 0.0


OP = elementwise(
    "stop_gradient",
    forward,
    backward,
    role="stop",
    title="stop the gradient",
    symbols="stop_gradient({x})",
    differentiable=(False,),
    surrogate="nothing is sent back",
    examples=(Example("stop_gradient([1, 2])", "[1.0, 2.0]"),),
)
TORCH = "x.detach()"
