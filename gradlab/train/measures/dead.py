"""The share of units that pass no gradient for any sample at hand, so that nothing wakes them.

A ReLU is dead where it is zero for every sample. Over one batch this is an upper bound: a unit is dead when it is so on the
whole data. What has no such part has no share.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.op import Curve
from gradlab.train.measure import Floats, measure, per_unit


def of(x: Floats, curve: Curve) -> Any:
    """Return the share of dead units."""
    return np.mean(np.all(per_unit(x) == curve.dead, axis=0))


MEASURE = measure(of, form="share", order=70, views=("health",), alarm=0.3, asks=lambda curve: curve.dead is not None)
