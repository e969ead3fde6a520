"""All ones: the scale of a normalisation before it has learned anything.

Example:  gamma = param(shape=5, init=ones)
"""

from __future__ import annotations

import numpy as np

from gradlab.graph.random import Stream
from gradlab.nn.initializer import initializer
from gradlab.op import Array, Shape


def ones(stream: Stream, shape: Shape) -> Array:
    """Return ones."""
    return np.ones(shape)


INIT = initializer(ones)
