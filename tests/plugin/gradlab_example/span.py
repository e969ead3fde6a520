"""The distance between the smallest and the largest element."""

from __future__ import annotations

import numpy as np

from gradlab.train.probe import Floats, probe


def measure(x: Floats, op: str) -> float:
    """Return the distance."""
    return float(np.ptp(x))


PROBE = probe(measure)
