"""Points above the axis of x, wherever a walk leads: beside the jump `test_conventions` looks at it."""

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Rng, elementwise_cases, spaced


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    y, x = spaced(rng, shapes, low, high)
    return np.asarray(np.abs(y) + 6.0), x


CASES = elementwise_cases("atan2", fill=fill)
