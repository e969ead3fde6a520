"""Plateau: a smaller value when the loss has not become better for a while.

    better  = loss < best · (1 - threshold)          for a best loss above 0; below, (1 + threshold); the first loss is better
    waited  = 0 if better, else one more; more than `patience` is a cut: rate.next = max(rate · factor, low), waited = 0
    value   = rate.next: the loss of an update counts for its own step

Every `minimize` looks at its own loss, of its own batch.

Known as: ReduceLROnPlateau.
Source: Paszke et al., *PyTorch: an imperative style, high-performance deep learning library*, NeurIPS 2019,
`ReduceLROnPlateau`.

Example:  minimize(loss, adam(plateau(0.01, factor=0.5, patience=20)))
"""

from __future__ import annotations

from collections.abc import Mapping

from gradlab.arguments import REQUIRED
from gradlab.optim.tunable import Math, Now, Schedule, Value, Values


def start(hyper: Mapping[str, float]) -> Mapping[str, float]:
    """Begin at the top; the best loss means nothing yet."""
    return {"best": 0.0, "waited": 0.0, "rate": hyper["start"]}


def update(m: Math, now: Now, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return the value, and what was seen so far."""
    best, rate = state["best"], state["rate"]
    lower = m.less(now.loss, best * (1.0 - hyper["threshold"] * m.sign(best)))
    better = m.name("better", m.maximum(lower, m.less(now.t, 0.5)))
    waited = m.where(better, 0.0, state["waited"] + 1.0)
    cut = m.name("cut", m.greater(waited, hyper["patience"]))
    following = m.where(cut, m.maximum(rate * hyper["factor"], hyper["low"]), rate)
    return following, {"best": m.where(better, now.loss, best), "waited": m.where(cut, 0.0, waited), "rate": following}


SCHEDULE = Schedule(
    "plateau",
    {"start": REQUIRED, "factor": 0.1, "patience": 10.0, "threshold": 1e-4, "low": 0.0},
    update,
    start=start,
    ranges={"factor": (0.0, 1.0), "patience": (0.0, float("inf")), "threshold": (0.0, 1.0)},
)
