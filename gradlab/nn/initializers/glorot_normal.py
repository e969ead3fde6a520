"""Normal numbers with variance 2 / (fan_in + fan_out): a compromise between the forward and the backward pass.

Known as: xavier_normal.
Source: Glorot & Bengio, *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010.

Example:  W = param(shape=(4, 5), init=glorot_normal)
"""

from __future__ import annotations

from math import sqrt

from gradlab.graph.random import Stream
from gradlab.nn.initializer import fans, initializer
from gradlab.op import Array, Shape


def glorot_normal(stream: Stream, shape: Shape) -> Array:
    """Return N(0, 2 / (fan_in + fan_out))."""
    return stream.normal(shape) * sqrt(2.0 / sum(fans(shape)))


INIT = initializer(glorot_normal)
