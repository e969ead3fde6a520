"""The share of elements that are exactly zero.

Half of them is normal behind a ReLU.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.train.measure import Axis, Floats, StripKind, Sums, measure


def of(x: Floats, axis: Axis = None) -> Any:
    """Return the share of zeros."""
    return np.mean(x == 0, axis=axis)


def from_sums(sums: Sums) -> Floats:
    """Return the share of zeros."""
    return sums.zeros / sums.count


MEASURE = measure(
    of,
    form="share",
    order=60,
    views=("stats",),
    sums=from_sums,
    strips=(StripKind("share of zeros (dead)", "activations", common=True),),
)
