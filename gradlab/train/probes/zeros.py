"""The share of elements that are exactly zero: half of them is normal behind a ReLU."""

from __future__ import annotations

import numpy as np

from gradlab.train.probe import Floats, probe


def measure(x: Floats, op: str) -> float:
    """Return the share of zeros."""
    return (x.size - int(np.count_nonzero(x))) / x.size if x.size else float("nan")


PROBE = probe(measure, "share")
