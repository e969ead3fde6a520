"""All zeros: right for biases; as weights it keeps the units of a layer identical for ever.

Example:  b = param(shape=5, init=zeros)
"""

from __future__ import annotations

import numpy as np

from gradlab.graph.random import Stream
from gradlab.nn.initializer import initializer
from gradlab.op import Array, Shape


def zeros(stream: Stream, shape: Shape) -> Array:
    """Return zeros."""
    return np.zeros(shape)


INIT = initializer(zeros)
