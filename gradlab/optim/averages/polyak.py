"""Polyak's average: the mean of all values that the updates gave, each with the same weight.

    W.avg.next = W.avg + (W.next - W.avg) / (t + 1)          t: updates made before

Source: Polyak & Juditsky, *Acceleration of stochastic approximation by averaging*, SIAM J. Control and Optimization 30,
1992.

Example:  minimize(loss, sgd(0.1), average=polyak)
"""

from __future__ import annotations

from gradlab.optim.average import Average
from gradlab.optim.tunable import Math, Now, Value, Values


def update(m: Math, avg: Value, w: Value, now: Now, hyper: Values) -> Value:
    """Return the next average."""
    return avg + (w - avg) / (now.t + 1.0)


AVERAGE = Average("polyak", {}, update)
