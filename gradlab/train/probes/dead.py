"""The share of ReLU units that are zero for every sample at hand: they pass no gradient, so that nothing wakes them.

Over one batch this is an upper bound: a unit is dead when it is zero on the whole data.
"""

from __future__ import annotations

import numpy as np

from gradlab.train.probe import Floats, per_unit, probe


def measure(x: Floats, op: str) -> float | None:
    """Return the share of dead units, or None for an op other than relu."""
    if op != "relu":
        return None
    return float(np.mean(np.all(per_unit(x) == 0, axis=0))) if x.size else float("nan")


PROBE = probe(measure, "share")
