"""The smallest element."""

from __future__ import annotations

import numpy as np

from gradlab.train.probe import Floats, probe


def measure(x: Floats, op: str) -> float:
    """Return the smallest element."""
    return float(np.min(x)) if x.size else float("nan")


PROBE = probe(measure)
