"""Normal numbers none of which is far out: what lies more than `bound` deviations from the mean is drawn again.

std: of the numbers before anything is drawn again; with a bound of 2 that of the rest is 0.88 std.

Known as: trunc_normal.
Source: Abadi et al., *TensorFlow: A System for Large-Scale Machine Learning*, OSDI 2016.

Example:  W = param(shape=(4, 5), init=truncated_normal(0.02))
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import number
from gradlab.graph.random import Stream
from gradlab.nn.initializer import initializer
from gradlab.op import Array, Shape

LEAST_BOUND = 0.1
"""Below it nearly all would have to be drawn again."""


def truncated_normal(stream: Stream, shape: Shape, std: float = 1.0, mean: float = 0.0, bound: float = 2.0) -> Array:
    """Return mean + std · N(0, 1), every number within `bound` deviations."""
    drawn = stream.normal(shape).reshape(-1)
    far = np.flatnonzero(np.abs(drawn) > bound)
    turn = 0
    while far.size:
        turn += 1
        drawn[far] = stream.child(f"turn {turn}").normal((far.size,))
        far = far[np.abs(drawn[far]) > bound]
    return mean + std * drawn.reshape(shape)


def _check(name: str, std: float, mean: float, bound: float) -> None:
    number(name, "std", std, low=0.0)
    number(name, "mean", mean)
    number(name, "bound", bound, low=LEAST_BOUND)


INIT = initializer(truncated_normal, _check)
