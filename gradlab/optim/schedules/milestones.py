"""Milestones: a smaller value from each of some updates on.

    value = start · factor ** (how many of `at` are not above t)          t: updates made before

Arguments:
    at  a list of numbers from 0: the updates from which it is multiplied once more

Known as: MultiStepLR; PiecewiseConstantDecay.
Source: Paszke et al., *PyTorch: an imperative style, high-performance deep learning library*, NeurIPS 2019, `MultiStepLR`.

Example:  minimize(loss, sgd(milestones(0.1, at=[100, 150])))
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED
from gradlab.optim.tunable import Math, Now, Schedule, Value, Values


def update(m: Math, now: Now, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return the value; nothing is remembered."""
    return hyper["start"] * hyper["factor"] ** m.name("passed", m.sum(m.greater_equal(now.t, hyper["at"]))), {}


SCHEDULE = Schedule(
    "milestones",
    {"start": REQUIRED, "at": REQUIRED, "factor": 0.1},
    update,
    lists=("at",),
    ranges={"at": (0.0, float("inf")), "factor": (0.0, float("inf"))},
)
