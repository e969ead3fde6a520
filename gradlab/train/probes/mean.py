"""The mean of all elements: activations far from 0 push every weight of the next layer the same way."""

from __future__ import annotations

import numpy as np

from gradlab.train.probe import Floats, probe


def measure(x: Floats, op: str) -> float:
    """Return the mean."""
    return float(np.mean(x)) if x.size else float("nan")


PROBE = probe(measure)
