"""Cosine decay with restarts: down half a wave, back to the top, and again, each time `growth` times as long.

    value = low + (start - low) · (1 + cos(π · since / period)) / 2
    since: updates made after the last restart; when it reaches the period it is 0 again, and the period `growth` times as long

Known as: CosineAnnealingWarmRestarts.
Source: Loshchilov & Hutter, *SGDR: stochastic gradient descent with warm restarts*, ICLR 2017.

Example:  minimize(loss, sgd(cosine_restarts(0.1, every=100, growth=2)))
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from gradlab.arguments import REQUIRED
from gradlab.optim.tunable import Math, Now, Schedule, Value, Values


def start(hyper: Mapping[str, float]) -> Mapping[str, float]:
    """Begin at a restart."""
    return {"since": 0.0, "period": hyper["every"]}


def update(m: Math, now: Now, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return the value, and where the wave stands next."""
    since, period = state["since"], state["period"]
    value = hyper["low"] + (hyper["start"] - hyper["low"]) * (0.5 + 0.5 * m.cos(math.pi * (since / period)))
    later = since + 1.0
    goes_on = m.name("goes_on", m.step(period - later))
    following = {"since": m.where(goes_on, later, 0.0), "period": m.where(goes_on, period, period * hyper["growth"])}
    return value, following


SCHEDULE = Schedule(
    "cosine_restarts",
    {"start": REQUIRED, "every": REQUIRED, "low": 0.0, "growth": 1.0},
    update,
    start=start,
    ranges={"every": (1.0, float("inf")), "growth": (1.0, float("inf"))},
)
