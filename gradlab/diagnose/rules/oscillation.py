"""A loss that goes up and down from epoch to epoch and does not settle.

Noise of small batches is in every loss: what is asked is the mean of an epoch, or of ten updates where there are few epochs,
behind the first third of the run, and only with batches of eight or more. A loss that is nearly 0 may jump by any factor and is
healthy, so that the swings are compared with 0.15 of the first loss at the least, and with twice that of a constant output
where the network has learned. What is left of the noise is measured: a network whose parameters stay as they are at the end
is fed as many updates, and windows that swing no more than twice as much as its own do so by their data.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Hyper
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack
from gradlab.diagnose.rules._course import course

TURNS, SWING, FLOOR, BATCH = 0.5, 0.1, 0.15, 8
WINDOWS, MOST, NOISY = 8, 1_000, 2.0
"""Windows with parameters that stay, updates in them at most, and how many times their swing is more than noise."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where the loss turns in most windows, by much."""
    found = course(examination)
    losses = found.losses[len(found.losses) // 3 :]
    if len(losses) < 4 or not np.isfinite(found.losses).all() or 0 < examination.batch < BATCH:
        return
    steps = np.diff(losses)
    turns = float(np.mean(np.sign(steps[1:]) != np.sign(steps[:-1])))
    learned = 2 * (examination.chance or 0.0) if examination.learned else 0.0
    size = max(float(losses.mean()), FLOOR * float(found.losses[0]), learned)
    swing = float(np.mean(np.abs(steps))) / size if size > 0 else 0.0
    if turns > TURNS and swing > SWING and swing * size > NOISY * _noise(examination, found.each):
        yield Finding(
            f"the loss goes up and down: over {len(losses)} {found.word} it turns in {turns:.0%}, and changes by {swing:.0%} of"
            " its size from one to the next",
            statistic="mean change of the loss from window to window, beside its size",
            value=swing,
            threshold=SWING,
            at=examination.updates,
            fixes=(
                Fix("a tenth of the learning rate", (Hyper("lr", "{} * 0.1"),)),
                Fix("batches of four times the size", (Argument("batch", "{} * 4"),)),
            ),
        )


def _noise(examination: Examination, each: int) -> float:
    """Return the mean change of the loss from window to window with the parameters of the end. Raises Stopped."""
    count = WINDOWS if each * WINDOWS <= MOST else max(2, MOST // each)
    losses = examination.bench.losses(examination.leaves[examination.updates], "train", min(each, MOST // 2) * count)
    return float(np.mean(np.abs(np.diff(np.reshape(losses, (count, -1)).mean(axis=1)))))


RULE = Rule(
    "oscillation",
    find,
    reads=("losses", "objective"),
    id="D8",
    statistic="share of windows in which the loss turns, and its mean change from one to the next, behind the first third",
    threshold="more than half, and above 10 % of max(mean loss, 0.15 of the first) and twice the noise of the data",
    source="AUTOTRAINER (Zhang et al. 2021); TheDeepChecker; the floor and the windows: measured",
    traps="noise of small batches; a loss that is nearly 0",
    remedy="a smaller rate, larger batches, a rate that decays",
    faulty=circles(stack(1, "tanh(dense(h, 16))"), "sgd(15.0)", batch=8),
    healthy=circles(stack(1, "tanh(dense(h, 16))"), "momentum(0.1, 0.9)", batch=64),
    updates=1500,
    rank=112,
    stays=True,
    alone=True,
    doc=__doc__ or "",
)
