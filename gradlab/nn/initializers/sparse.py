"""Each unit begins with exactly k inputs, chosen at random, the others are 0: it stays in range however many inputs there are.

What is not 0 is N(0, std²), by default with std = 1 / √k, which keeps the variance. A unit of fewer inputs than k has all.

Arguments:
    k    whole, from 1: inputs of a unit that are not 0
    std  number, from 0: the standard deviation of what is not 0; None: 1 / √k, which keeps the variance

Source: Martens, *Deep learning via Hessian-free optimization*, ICML 2010.

Example:  W = param(shape=(100, 5), init=sparse(15))
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from gradlab.arguments import number, whole
from gradlab.graph.random import Stream
from gradlab.nn.initializer import as_matrix, initializer
from gradlab.op import Array, Shape


def sparse(stream: Stream, shape: Shape, k: int = 10, std: float | None = None) -> Array:
    """Return k numbers a unit, zeros elsewhere."""
    rows, columns = as_matrix(shape)
    along = 1 if len(shape) > 2 else 0
    inputs = (rows, columns)[along]
    rank = np.argsort(np.argsort(stream.child("inputs").raw(rows * columns).reshape(rows, columns), along), along)
    kept = rank < min(k, inputs)
    width = 1.0 / sqrt(max(1, min(k, inputs))) if std is None else std
    return np.where(kept, width * stream.normal((rows, columns)), 0.0).reshape(shape)


def _check(name: str, k: int, std: float | None) -> None:
    whole(name, "k", k)
    if std is not None:
        number(name, "std", std, low=0.0)


INIT = initializer(sparse, _check)
