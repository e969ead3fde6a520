"""Uniform numbers with variance 2 / (fan_in + fan_out): a compromise between the forward and the backward pass.

Known as: xavier_uniform.
Source: Glorot & Bengio, *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010.

Example:  W = param(shape=(4, 5), init=glorot_uniform)
"""

from __future__ import annotations

from math import sqrt

from gradlab.graph.random import Stream
from gradlab.nn.initializer import fans, initializer
from gradlab.op import Array, Shape


def glorot_uniform(stream: Stream, shape: Shape) -> Array:
    """Return U(-a, a), a = √(6 / (fan_in + fan_out))."""
    a = sqrt(6.0 / sum(fans(shape)))
    return a * (2.0 * stream.uniform(shape) - 1.0)


INIT = initializer(glorot_uniform)
