"""Decay with 1/t: it slows down, so that the steps still add up to any distance.

    value = start / (1 + rate · t)          t: updates made before

Arguments:
    rate  number, from 0: how fast it falls

Source: Robbins & Monro, *A stochastic approximation method*, Annals of Mathematical Statistics 22, 1951.

Example:  minimize(loss, sgd(inverse_decay(0.1, rate=0.01)))
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED
from gradlab.optim.tunable import Math, Now, Schedule, Value, Values


def update(m: Math, now: Now, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return the value; nothing is remembered."""
    return hyper["start"] / (1.0 + hyper["rate"] * now.t), {}


SCHEDULE = Schedule("inverse_decay", {"start": REQUIRED, "rate": REQUIRED}, update, ranges={"rate": (0.0, float("inf"))})
