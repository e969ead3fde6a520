"""Step decay: a smaller value every so many updates.

    value = start · factor ** ⌊t / every⌋          t: updates made before

Known as: StepLR.
Source: Karpathy, *CS231n: learning and evaluation*, 2016.

Example:  minimize(loss, sgd(step_decay(0.1, every=30)))
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED
from gradlab.optim.tunable import Math, Now, Schedule, Value, Values


def update(m: Math, now: Now, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return the value; nothing is remembered."""
    return hyper["start"] * hyper["factor"] ** m.name("stairs", m.floor(now.t / hyper["every"])), {}


SCHEDULE = Schedule(
    "step_decay",
    {"start": REQUIRED, "every": REQUIRED, "factor": 0.1},
    update,
    ranges={"every": (1.0, float("inf")), "factor": (0.0, float("inf"))},
)
