"""Exponential decay: a little smaller in every update, always by the same factor.

    value = start · exp(-rate · t)          t: updates made before

Known as: ExponentialLR.
Source: Karpathy, *CS231n: learning and evaluation*, 2016.

Example:  minimize(loss, sgd(exponential_decay(0.1, rate=0.001)))
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED
from gradlab.optim.tunable import Math, Now, Schedule, Value, Values


def update(m: Math, now: Now, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return the value; nothing is remembered."""
    return hyper["start"] * m.exp(-(hyper["rate"] * now.t)), {}


SCHEDULE = Schedule("exponential_decay", {"start": REQUIRED, "rate": REQUIRED}, update, ranges={"rate": (0.0, float("inf"))})
