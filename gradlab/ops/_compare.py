"""What the comparisons share: a mask of 1 and 0, whose slope is 0 everywhere.

A comparison with NaN does not hold; only `not_equal` does.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradlab.numeric import Number
from gradlab.op import Array, Attrs, Curve, Example, Op, elementwise

Formula = Callable[..., Number]


def mask_op(name: str, sign: str, forward: Formula, backward: Formula, title: str, example: str) -> Op:
    """Make the op of a comparison that is also written with a sign; `example`: what it gives of [1, 2, 3] and 2."""
    return elementwise(
        name,
        forward,
        backward,
        role="compare",
        curve=Curve((0.0, 1.0)),
        title=title,
        symbols=f"{{x}} {sign} {{y}}",
        branch=side,
        operator=sign,
        examples=(Example(f"{name}([1, 2, 3], 2)", example),),
    )


def side(inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> Array:
    """Return where the comparison holds."""
    return np.asarray(z != 0)
