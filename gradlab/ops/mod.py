"""What is left of x when y is taken away as often as it fits: it has the sign of y, as `%` has in Python.

    forward  z = x - y · ⌊x / y⌋
    backward dx = g,  dy = -g · ⌊x / y⌋

By zero it is NaN, which is a finding and not an error. Where x is a multiple of y it jumps.
Shapes broadcast as in NumPy; what an input was repeated over, its gradient is summed over.

Known as: remainder; floormod.
Source: Knuth, *The Art of Computer Programming*, vol. 1, 1968, 1.2.4.
"""

from __future__ import annotations

import numpy as np

from gradlab import numeric
from gradlab.numeric import Number
from gradlab.op import Array, Attrs, Example, elementwise
from gradlab.ops._masks import but_nan
from gradlab.terms import Maker, Sends, Term


def quotient(x: Number, y: Number) -> Number:
    return x / y + (y - y)  # infinity is no divisor for the fast formula: NaN


@numeric.near(2.0**18, of=quotient)
def forward(x: Number, y: Number) -> Number:
    return numeric.remainder(x, y)


def backward(g: Number, z: Number, x: Number, y: Number) -> tuple[Number, Number]:
    fits = numeric.floor((x - z) / y + 0.5)  # x - z is a multiple of y but for rounding: ⌊x / y⌋ may be one too many
    return numeric.select(numeric.isnan(z), z, g), -g * fits


def gradient(m: Maker, g: Term, z: Term, x: Term, y: Term) -> Sends:
    return but_nan(m, z, g), -(g * m.floor((x - z) / y + 0.5))


def branch(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return how often y fits."""
    with np.errstate(all="ignore"):
        return np.asarray(np.floor_divide(*inputs))


OP = elementwise(
    "mod",
    forward,
    backward,
    role="arithmetic",
    title="remainder",
    symbols="{x} % {y}",
    branch=branch,
    operator="%",
    gradient=gradient,
    examples=(Example("mod([-1, 5, 5.5], 3)", "[2.0, 2.0, 2.5]"), Example("mod(5, [-3, 0])", "[-1.0, nan]")),
)
TORCH = "torch.remainder(x, y)"
