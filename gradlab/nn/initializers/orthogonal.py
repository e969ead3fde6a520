"""Orthogonal directions: lengths pass through unchanged, however deep the network. The rows or columns have length `gain`.

Normal numbers are factored as Q · R; Q with the signs of R's diagonal is the draw, the same for the same bits and uniform among
all rotations. Kernels (out, in, …) are seen as a matrix (out, in · area). ReLU units want `orthogonal(1.414)`.

Source: Saxe, McClelland & Ganguli, *Exact solutions to the nonlinear dynamics of learning in deep linear networks*, ICLR
2014.

Example:  W = param(shape=(5, 5), init=orthogonal(1.414))
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import number
from gradlab.graph.random import Stream
from gradlab.nn.initializer import as_matrix, initializer
from gradlab.op import Array, Shape


def orthogonal(stream: Stream, shape: Shape, gain: float = 1.0) -> Array:
    """Return gain · Q."""
    rows, columns = as_matrix(shape)
    drawn = stream.normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(drawn)
    q *= np.where(np.diag(r) < 0, -1.0, 1.0)
    return np.asarray(gain * (q if rows >= columns else q.T)).reshape(shape)


def _check(name: str, gain: float) -> None:
    number(name, "gain", gain)


INIT = initializer(orthogonal, _check)
