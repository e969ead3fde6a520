"""Uniform numbers with variance 1 / fan_in; the normal form of it is `xavier`.

Source: LeCun et al., *Efficient backprop*, 1998.

Example:  W = param(shape=(4, 5), init=lecun_uniform)
"""

from __future__ import annotations

from math import sqrt

from gradlab.graph.random import Stream
from gradlab.nn.initializer import fans, initializer
from gradlab.op import Array, Shape


def lecun_uniform(stream: Stream, shape: Shape) -> Array:
    """Return U(-a, a), a = √(3 / fan_in)."""
    a = sqrt(3.0 / fans(shape)[0])
    return a * (2.0 * stream.uniform(shape) - 1.0)


INIT = initializer(lecun_uniform)
