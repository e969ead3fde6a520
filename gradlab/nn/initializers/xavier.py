"""Normal numbers with variance 1 / fan_in: keeps the variance of what flows forward, for tanh and linear units.

The form of the lectures; `glorot_normal` has the two-sided one of the paper.

Source: Glorot & Bengio, *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010.

Example:  W = param(shape=(4, 5), init=xavier)
"""

from __future__ import annotations

from math import sqrt

from gradlab.graph.random import Stream
from gradlab.nn.initializer import fans, initializer
from gradlab.op import Array, Shape


def xavier(stream: Stream, shape: Shape) -> Array:
    """Return N(0, 1 / fan_in)."""
    return stream.normal(shape) / sqrt(fans(shape)[0])


INIT = initializer(xavier)
