"""Normal numbers with variance 2 / fan_in: ReLU drops half of the variance, the 2 puts it back.

Known as: kaiming_normal.
Source: He et al., *Delving deep into rectifiers*, ICCV 2015.

Example:
    x = input(shape=(8, 3))
    h = relu(dense(x, 5, init=he))
"""

from __future__ import annotations

from math import sqrt

from gradlab.graph.random import Stream
from gradlab.nn.initializer import fans, initializer
from gradlab.op import Array, Shape


def he(stream: Stream, shape: Shape) -> Array:
    """Return N(0, 2 / fan_in)."""
    return stream.normal(shape) * sqrt(2.0 / fans(shape)[0])


INIT = initializer(he)
