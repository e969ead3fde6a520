"""The greater of two numbers, element by element: routes its gradient to the winner. NaN in one is NaN in z.

    forward  z = max(x, y)
    backward dx = g where x > y else 0,  dy = g where y > x else 0

A tie (x = y) sends half of g to each.
Shapes broadcast as in NumPy; what an input was repeated over, its gradient is summed over.
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008, ch. 14.
"""

from __future__ import annotations

import numpy as np

from gradlab.numeric import Number, isnan, select
from gradlab.op import Array, Attrs, Example, elementwise
from gradlab.ops._masks import but_nan
from gradlab.terms import Maker, Sends, Term


def forward(x: Number, y: Number) -> Number:
    return select(x > y, x, select(y >= x, y, x + y))


def backward(g: Number, z: Number, x: Number, y: Number) -> tuple[Number, Number]:
    tie = select(x == y, 0.5 * g, 0.0)
    return select(x > y, g, select(isnan(x), x, tie)), select(y > x, g, select(isnan(y), y, tie))


def gradient(m: Maker, g: Term, z: Term, x: Term, y: Term) -> Sends:
    tie = m.where(m.equal(x, y), 0.5 * g, 0.0)
    return but_nan(m, x, m.where(m.greater(x, y), g, tie)), but_nan(m, y, m.where(m.greater(y, x), g, tie))


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return 1 where x wins, -1 where y wins, 0 at a tie."""
    x, y = inputs
    return np.asarray(x > y, dtype=np.int8) - np.asarray(x < y, dtype=np.int8)


OP = elementwise(
    "maximum",
    forward,
    backward,
    role="arithmetic",
    title="greater of two",
    symbols="max({x}, {y})",
    branch=branch,
    gradient=gradient,
    examples=(Example("maximum(2.0, 3.0)", "3.0"),),
)
TORCH = "torch.maximum(x, y)"
