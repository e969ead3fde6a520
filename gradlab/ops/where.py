"""One of two arrays, element by element: x where the mask is not 0, else y.

    forward  z = x where m else y
    backward dx = g where m else 0,  dy = 0 where m else g

No gradient flows to the mask. Shapes broadcast as in NumPy; what an input was repeated over, its gradient is summed over.
Known as: masked_fill: where(mask, value, x).
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008, ch. 14.
"""

from __future__ import annotations

from gradlab.numeric import Number, select
from gradlab.op import Example, elementwise
from gradlab.terms import Maker, Sends, Term


def forward(m: Number, x: Number, y: Number) -> Number:
    return select(m != 0, x, y)


def backward(g: Number, z: Number, m: Number, x: Number, y: Number) -> tuple[Number, Number, Number]:
    return 0.0, select(m != 0, g, 0.0), select(m != 0, 0.0, g)


def gradient(m: Maker, g: Term, z: Term, mask: Term, x: Term, y: Term) -> Sends:
    return None, m.where(mask, g, 0.0), m.where(mask, 0.0, g)


OP = elementwise(
    "where",
    forward,
    backward,
    role="arithmetic",
    title="choose by a mask",
    symbols="where({m}, {x}, {y})",
    differentiable=(False, True, True),
    gradient=gradient,
    examples=(Example("where([1, 0], [2, 3], -1)", "[2.0, -1.0]"),),
)
TORCH = "torch.where(m != 0, x, y)"
