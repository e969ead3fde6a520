"""Cyclical: up and down between two values, in straight lines.

    value = low + (high - low) · (1 - |t mod 2·half - half| / half)          t: updates made before
    half: updates from the lowest to the highest value

Known as: CyclicLR.
Source: Smith, *Cyclical learning rates for training neural networks*, WACV 2017.

Example:  minimize(loss, sgd(cyclical(0.01, 0.1, half=200)))
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED
from gradlab.optim.tunable import Math, Now, Schedule, Value, Values


def update(m: Math, now: Now, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return the value; nothing is remembered."""
    half = hyper["half"]
    cycle = 2.0 * half
    inside = m.name("inside", now.t - cycle * m.floor(now.t / cycle))
    height = m.name("height", 1.0 - m.abs(inside - half) / half)
    return hyper["low"] + (hyper["high"] - hyper["low"]) * height, {}


SCHEDULE = Schedule(
    "cyclical", {"low": REQUIRED, "high": REQUIRED, "half": REQUIRED}, update, ranges={"half": (1.0, float("inf"))}
)
