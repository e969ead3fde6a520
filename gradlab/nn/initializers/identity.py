"""What comes in goes out: the identity matrix times `gain`.

Of kernels (out, in, …) kernel i has `gain` in the middle of channel i, and is 0 elsewhere. A recurrent net with such weights
remembers from the start; a convolution passes its image on. Where there are more outputs than inputs, the further ones are 0.

Source: Le, Jaitly & Hinton, *A Simple Way to Initialize Recurrent Networks of Rectified Linear Units*,
arXiv:1504.00941, 2015.

Example:  W = param(shape=(5, 5), init=identity(0.9))
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import number
from gradlab.graph.random import Stream
from gradlab.nn.initializer import initializer
from gradlab.op import Array, Shape


def identity(stream: Stream, shape: Shape, gain: float = 1.0) -> Array:
    """Return gain · δ."""
    drawn = np.zeros(shape if len(shape) > 1 else (*shape, 1) if shape else (1, 1))
    if drawn.size:
        same = np.arange(min(drawn.shape[:2]))
        middle = tuple(np.full(same.shape, size // 2) for size in drawn.shape[2:])
        drawn[(same, same, *middle)] = gain
    return drawn.reshape(shape)


def _check(name: str, gain: float) -> None:
    number(name, "gain", gain)


INIT = initializer(identity, _check)
