"""The distance between the smallest and the largest element."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.train.measure import Axis, Floats, measure


def of(x: Floats, axis: Axis = None) -> Any:
    """Return the distance."""
    return np.ptp(x, axis)


MEASURE = measure(of)
