"""Power. The derivative by the base is also right for x = 0 and for negative x with a whole y.

    forward  z = x ** y
    backward dx = g · y · x ** (y - 1),  dy = g · z · log x

dx is 0 where y = 0. dy is 0 where x <= 0: there z has no derivative by y, and in x ** 2 nobody asks for one. Where z is
NaN, so are both.
Where y - 1 has to be rounded, dx is up to |log x| / 2 further units in the last place off.
Shapes broadcast as in NumPy; what an input was repeated over, its gradient is summed over.
Source: Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008.
"""

from __future__ import annotations

from gradlab import numeric
from gradlab.numeric import Number, isnan, log, often, select
from gradlab.op import Example, elementwise
from gradlab.ops._masks import but_nan
from gradlab.terms import Maker, Sends, Term

USUAL = (2.0, 3.0, 0.5, -1.0)
"""Exponents of powers that are simple, and their derivatives, too."""


@often(*USUAL)
def forward(x: Number, y: Number) -> Number:
    return numeric.power(x, y)


@often(*USUAL)
def backward(g: Number, z: Number, x: Number, y: Number) -> tuple[Number, Number]:
    dx = select(y == 0, 0.0, select(isnan(z), z, g * y * numeric.power(x, y - 1.0)))
    dy = select(x > 0, g * z * log(x), select(isnan(z), z, 0.0))
    return dx, dy


def gradient(m: Maker, g: Term, z: Term, x: Term, y: Term) -> Sends:
    # an inf or NaN that `where` does not choose would come back as NaN in the next derivative: none is made
    rest = m.where(m.equal(y, 0.0), 1.0, y) - 1.0
    positive = m.greater(x, 0.0)
    dy = m.where(positive, g * z * m.log(m.where(positive, x, 1.0)), 0.0)
    return g * y * x**rest, but_nan(m, z, dy)


OP = elementwise(
    "pow",
    forward,
    backward,
    role="arithmetic",
    title="power",
    symbols="{x} ** {y}",
    operator="**",
    gradient=gradient,
    examples=(Example("pow(2.0, 3.0)", "8.0"), Example("pow(-3.0, 2.0)", "9.0"), Example("pow(-1.0, 0.5)", "nan")),
    aliases=("power",),
)
TORCH = "x ** y"
