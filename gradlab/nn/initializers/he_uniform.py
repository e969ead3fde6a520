"""Uniform numbers with variance 2 / fan_in, for ReLU units.

Known as: kaiming_uniform.
Source: He et al., *Delving deep into rectifiers*, ICCV 2015.

Example:  W = param(shape=(4, 5), init=he_uniform)
"""

from __future__ import annotations

from math import sqrt

from gradlab.graph.random import Stream
from gradlab.nn.initializer import fans, initializer
from gradlab.op import Array, Shape


def he_uniform(stream: Stream, shape: Shape) -> Array:
    """Return U(-a, a), a = √(6 / fan_in)."""
    a = sqrt(6.0 / fans(shape)[0])
    return a * (2.0 * stream.uniform(shape) - 1.0)


INIT = initializer(he_uniform)
