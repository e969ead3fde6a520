"""Warm-up: small steps first, while the gradients of random weights mean little. It stands around a number or a schedule.

    value = rate · min((t + 1) / updates, 1)          t: updates made before

Arguments:
    rate     number or schedule: the value after the warm-up
    updates  number, from 1: updates up to the full value

Source: Goyal et al., *Accurate, large minibatch SGD: training ImageNet in 1 hour*, arXiv:1706.02677, 2017.

Example:
    minimize(loss, adam(warmup(0.001, updates=100)))
    minimize(loss, sgd(warmup(cosine_decay(0.1, updates=1000), updates=50)))
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED
from gradlab.optim.tunable import Math, Now, Schedule, Value, Values


def update(m: Math, now: Now, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return the value; nothing is remembered."""
    part = m.name("part", m.minimum((now.t + 1.0) / hyper["updates"], 1.0))
    return hyper["rate"] * part, {}


SCHEDULE = Schedule(
    "warmup", {"rate": REQUIRED, "updates": REQUIRED}, update, inner=("rate",), ranges={"updates": (1.0, float("inf"))}
)
