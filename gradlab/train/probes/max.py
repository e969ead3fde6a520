"""The largest element."""

from __future__ import annotations

import numpy as np

from gradlab.train.probe import Floats, probe


def measure(x: Floats, op: str) -> float:
    """Return the largest element."""
    return float(np.max(x)) if x.size else float("nan")


PROBE = probe(measure)
