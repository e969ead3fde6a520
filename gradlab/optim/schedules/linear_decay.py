"""Linear decay: a straight line from the first value to the last, which stays. It may also rise.

    value = start + (end - start) · min(t / updates, 1)          t: updates made before

Arguments:
    end  number: the last value

Known as: LinearLR; PolynomialLR.
Source: Paszke et al., *PyTorch: an imperative style, high-performance deep learning library*, NeurIPS 2019, `LinearLR`.

Example:  minimize(loss, adam(linear_decay(0.001, 0.0, updates=1000)))

Example:
    mu = param([0.5, -1.0])
    beta = linear_decay(0.0, 1.0, updates=500)
    loss = sum(square(mu - 2)) + beta * sum(square(mu))
    minimize(loss, sgd(0.01))
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED
from gradlab.optim.tunable import Math, Now, Schedule, Value, Values


def update(m: Math, now: Now, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return the value; nothing is remembered."""
    part = m.name("part", m.minimum(now.t / hyper["updates"], 1.0))
    return hyper["start"] + (hyper["end"] - hyper["start"]) * part, {}


SCHEDULE = Schedule(
    "linear_decay",
    {"start": REQUIRED, "end": REQUIRED, "updates": REQUIRED},
    update,
    ranges={"updates": (1.0, float("inf"))},
)
