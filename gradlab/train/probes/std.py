"""The standard deviation of all elements: a ladder of it over the layers shows signals that shrink or grow."""

from __future__ import annotations

import numpy as np

from gradlab.train.probe import Floats, probe, root_mean_square


def measure(x: Floats, op: str) -> float:
    """Return the standard deviation."""
    return root_mean_square(x, float(np.mean(x))) if x.size else float("nan")


PROBE = probe(measure)
