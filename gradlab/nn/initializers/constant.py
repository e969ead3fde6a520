"""One value everywhere: `constant(0.1)` is a small positive bias, so that ReLU units begin alive.

Arguments:
    value  number: what stands everywhere

Example:  b = param(shape=5, init=constant(0.1))
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import number
from gradlab.graph.random import Stream
from gradlab.nn.initializer import initializer
from gradlab.op import Array, Shape


def constant(stream: Stream, shape: Shape, value: float = 0.0) -> Array:
    """Return the value."""
    return np.full(shape, float(value))


def _check(name: str, value: float) -> None:
    number(name, "value", value)


INIT = initializer(constant, _check)
