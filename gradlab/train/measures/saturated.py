"""The share of elements where the nonlinearity is flat: |tanh| > 0.97, σ > 0.985 or < 0.015.

Hardly any gradient passes there: the slope is under 6 % of the largest. Each op says where it is flat; what is flat nowhere has
no share.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.op import Curve
from gradlab.train.measure import Floats, StripKind, Sums, blocks, measure


def of(x: Floats, curve: Curve) -> Any:
    """Return the share of saturated elements."""
    low, high = curve.flat
    return sum(np.count_nonzero((block < low) | (block > high)) for block in blocks(x)) / x.size


def from_sums(sums: Sums) -> Floats:
    """Return the share of saturated elements."""
    return sums.beyond / sums.count


MEASURE = measure(
    of,
    title="sat.",
    form="share",
    order=80,
    alarm=0.3,
    asks=lambda curve: curve.saturates,
    sums=from_sums,
    strips=(StripKind("share that is saturated", "activations", common=True),),
)
