"""Cosine decay: half a wave from the first value down to the last, which stays.

    value = low + (start - low) · (1 + cos(π · min(t / updates, 1))) / 2          t: updates made before

Known as: CosineAnnealingLR.
Source: Loshchilov & Hutter, *SGDR: stochastic gradient descent with warm restarts*, ICLR 2017.

Example:  minimize(loss, sgd(cosine_decay(0.1, updates=1000)))
"""

from __future__ import annotations

import math

from gradlab.arguments import REQUIRED
from gradlab.optim.tunable import Math, Now, Schedule, Value, Values


def update(m: Math, now: Now, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return the value; nothing is remembered."""
    part = m.name("part", m.minimum(now.t / hyper["updates"], 1.0))
    return hyper["low"] + (hyper["start"] - hyper["low"]) * (0.5 + 0.5 * m.cos(math.pi * part)), {}


SCHEDULE = Schedule(
    "cosine_decay", {"start": REQUIRED, "updates": REQUIRED, "low": 0.0}, update, ranges={"updates": (1.0, float("inf"))}
)
