"""The share of elements where the nonlinearity is flat: |tanh| > 0.97, σ > 0.985 or < 0.015. Hardly any gradient passes there.

At these bounds the slope falls under 6 % of the largest. Nothing else saturates in this sense.
"""

from __future__ import annotations

import numpy as np

from gradlab.train.probe import Floats, blocks, probe

LIMITS = {"tanh": (-0.97, 0.97), "sigmoid": (0.015, 0.985)}


def measure(x: Floats, op: str) -> float | None:
    """Return the share of saturated elements, or None for an op that does not saturate."""
    if op not in LIMITS:
        return None
    low, high = LIMITS[op]
    beyond = sum(np.count_nonzero((block < low) | (block > high)) for block in blocks(x))
    return beyond / x.size if x.size else float("nan")


PROBE = probe(measure, "share")
