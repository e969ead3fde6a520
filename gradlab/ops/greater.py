"""Whether x is above y, as a mask: 1 where it holds, else 0. Nothing is learned through it. A comparison with NaN is 0.

    forward  z = 1 where x > y else 0
    backward dx = 0,  dy = 0

Shapes broadcast as in NumPy.
Known as: gt.
Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from gradlab.numeric import Number, select
from gradlab.ops._compare import mask_op


def forward(x: Number, y: Number) -> Number:
    return select(x > y, 1.0, 0.0)


def backward(g: Number, z: Number, x: Number, y: Number) -> tuple[Number, Number]:
    return 0.0, 0.0


OP = mask_op("greater", ">", forward, backward, "above", "[0.0, 0.0, 1.0]")
TORCH = "(x > y).to(DTYPE)"
