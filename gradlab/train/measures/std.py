"""The standard deviation of all elements.

A ladder of it over the layers shows signals that shrink or grow.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.train.measure import Axis, Floats, StripKind, Sums, measure, spread


def of(x: Floats, axis: Axis = None) -> Any:
    """Return the standard deviation."""
    return spread(x, axis, around_mean=True)


def from_sums(sums: Sums) -> Floats:
    """Return the standard deviation."""
    mean = sums.total / sums.count
    return np.sqrt(np.maximum(sums.squares / sums.count - mean * mean, 0.0))


MEASURE = measure(
    of,
    form="size",
    order=20,
    views=("stats", "health", "compare"),
    sums=from_sums,
    strips=(StripKind("std of the activations", "activations"),),
)
