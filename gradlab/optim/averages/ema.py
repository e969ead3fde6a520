"""Exponential moving average: the newest values count most. It begins at the parameter's first value.

    W.avg.next = keep · W.avg + (1 - keep) · W.next

Arguments:
    keep  number, from 0 to 1: the share of the average that stays in an update

Source: Polyak & Juditsky, *Acceleration of stochastic approximation by averaging*, SIAM J. Control and Optimization 30,
1992.

Example:  minimize(loss, adam(0.01), average=ema(0.999))
"""

from __future__ import annotations

from gradlab.optim.average import Average
from gradlab.optim.tunable import Math, Now, Value, Values


def update(m: Math, avg: Value, w: Value, now: Now, hyper: Values) -> Value:
    """Return the next average."""
    return hyper["keep"] * avg + (1.0 - hyper["keep"]) * w


AVERAGE = Average("ema", {"keep": 0.995}, update, ranges={"keep": (0.0, 1.0)})
