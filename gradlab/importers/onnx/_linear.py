"""Linear maps along one axis: matrices of constants, which are copies where each row has a single 1."""

from __future__ import annotations

import numpy as np

from gradlab.importers.onnx._tape import OnnxStep, OnnxTape
from gradlab.op import Array


def along(m: OnnxTape, x: OnnxStep, matrix: Array, axis: int) -> OnnxStep:
    """Return x with an axis of n made one of N by a matrix (N, n)."""
    if matrix.shape[0] == matrix.shape[1] and np.array_equal(matrix, np.eye(len(matrix))):
        return x
    front = (axis, *(i for i in range(x.rank) if i != axis))
    back = tuple(int(i) for i in np.argsort(front))
    if ((matrix == 1).sum(axis=1) == 1).all() and ((matrix != 0).sum(axis=1) == 1).all():
        places = m.leaf("const", matrix.argmax(axis=1), "places", m.layer)
        return m.transpose(m.gather(m.transpose(x, front), places), back)
    last = (*(i for i in range(x.rank) if i != axis), axis)
    z = m.transpose(x, last) @ m.leaf("const", np.ascontiguousarray(matrix.T), "parts", m.layer)
    return m.transpose(z, tuple(int(i) for i in np.argsort(last)))
