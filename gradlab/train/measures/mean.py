"""The mean of all elements.

Activations far from 0 push every weight of the next layer the same way.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.train.measure import Axis, Floats, Sums, measure


def of(x: Floats, axis: Axis = None) -> Any:
    """Return the mean."""
    return np.mean(x, axis=axis)


def from_sums(sums: Sums) -> Floats:
    """Return the mean."""
    return sums.total / sums.count


MEASURE = measure(of, order=10, sums=from_sums, strips=())
