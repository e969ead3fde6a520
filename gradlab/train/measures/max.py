"""The largest element, or the larger of several values."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.train.measure import Axis, Floats, measure


def of(x: Floats, axis: Axis = None) -> Any:
    """Return the largest element."""
    return np.max(x, axis=axis)


MEASURE = measure(of, order=40, views=(), several=True)
