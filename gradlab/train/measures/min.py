"""The smallest element, or the smaller of several values."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.train.measure import Axis, Floats, measure


def of(x: Floats, axis: Axis = None) -> Any:
    """Return the smallest element."""
    return np.min(x, axis=axis)


MEASURE = measure(of, order=30, views=(), several=True)
