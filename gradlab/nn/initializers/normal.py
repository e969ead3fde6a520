"""Normal numbers N(0, std²) of a width you choose: too small and signals vanish with depth, too large and units saturate.

Example:  W = param(shape=(4, 5), init=normal(0.01))
"""

from __future__ import annotations

from gradlab.arguments import number
from gradlab.graph.random import Stream
from gradlab.nn.initializer import initializer
from gradlab.op import Array, Shape


def normal(stream: Stream, shape: Shape, std: float = 1.0, mean: float = 0.0) -> Array:
    """Return mean + std · N(0, 1)."""
    return mean + std * stream.normal(shape)


def _check(name: str, std: float, mean: float) -> None:
    number(name, "std", std, low=0.0)
    number(name, "mean", mean)


INIT = initializer(normal, _check)
