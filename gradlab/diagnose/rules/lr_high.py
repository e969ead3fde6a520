"""Steps that are too long: each replaces much of the weights, and the loss goes up, jumps or stays.

The length of a step is taken beside what it changes: u = RMS(ΔW) / RMS(W), of matrices only. About 1e-3 is usual (CS231n). Of
a matrix that begins at 0, or near it, every first step is long: it is compared with 0.3 / √fan_in at the least. With a rate
that is scheduled, the third of the run with the largest rates is asked. A loss at the end that is far above its best says the
same, whatever the steps.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack
from gradlab.diagnose.series import RunSeries

ALL, START, FIRST = 0.1, 0.3, 5
"""Median of u over the run, and over so many updates at the start."""
WORSE, THAN_FIRST = 3.0, 1.5
"""The loss at the end over the best one, and over the first one."""
FIXES = (
    Fix("a tenth of the learning rate", (Hyper("lr", "{} * 0.1"),)),
    Fix("a hundredth of it", (Hyper("lr", "{} * 0.01"),)),
)


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding at the matrix with the longest steps, else one of the loss that went up."""
    series = examination.series
    assert series is not None
    for where, bound, when in (
        (_largest_rates(series), ALL, "over the run"),
        (slice(0, FIRST), START, f"over {FIRST} updates"),
    ):
        node, u = _longest(examination, series, where)
        if u > bound:
            name = examination.graph.nodes[node].name
            yield Finding(
                f"the steps are too long: an update changes {name} by {u:.2g} of its size, as the median {when}",
                node=node,
                statistic="median of RMS(ΔW) / RMS(W)",
                value=u,
                threshold=bound,
                at=0,
                evidence=_rates(examination),
                fixes=FIXES,
            )
            return
    yield from _gone_up(examination)


def _largest_rates(series: RunSeries) -> slice | npt.NDArray[np.int64]:
    """Return which measurements count: all, or the third with the largest rates where these change."""
    rate = series.rate
    if not np.isfinite(rate).all() or np.ptp(rate) == 0:
        return slice(None)
    return np.argsort(-rate, kind="stable")[: max(1, len(rate) // 3)]


def _longest(examination: Examination, series: RunSeries, where: slice | npt.NDArray[np.int64]) -> tuple[int, float]:
    """Return the matrix whose steps are longest, and the median of them; 0 where there is none."""
    nodes = examination.graph.nodes
    medians = [(node, u[where]) for node, u in series.size.items() if len(nodes[node].shape) > 1]
    found = [(node, float(np.median(u))) for node, u in medians if len(u) and np.isfinite(u).all()]
    return max(found, key=lambda pair: pair[1], default=(-1, 0.0))


def _gone_up(examination: Examination) -> Iterator[Finding]:
    losses = np.array([loss for _, loss in examination.losses])
    end = _end(examination, losses)
    if end is None or len(losses) < 2 or not np.isfinite(losses).all() or not np.isfinite(end):
        return
    tenth = max(1, len(losses) // 10)
    smooth = np.convolve(losses, np.ones(tenth) / tenth, "valid")
    best, first = float(smooth.min()), float(losses[:tenth].mean())
    if _is_worse(end, best, first):
        yield Finding(
            f"the loss has gone up: {end:.4g} at the end, {first:.4g} in the beginning, {best:.4g} at its best",
            statistic="loss at the end over the best one",
            value=end / best if best > 0 else float("inf"),
            threshold=WORSE,
            at=examination.updates,
            evidence=_rates(examination),
            fixes=FIXES,
        )


def _is_worse(end: float, best: float, first: float) -> bool:
    """Whether a loss is far above its best and its first; one that goes below 0 has no 0 to be measured from."""
    if best > 0:
        return end > WORSE * best and end > THAN_FIRST * first
    return end - best > WORSE * (first - best) and end - first > (THAN_FIRST - 1) * abs(first)


def _end(examination: Examination, losses: npt.NDArray[np.float64]) -> float | None:
    """Return the loss at the end, in the mode in which it is smaller: the modes may differ for other reasons."""
    if examination.end is None:
        return None
    return min(examination.end, float(losses[-max(1, len(losses) // 10) :].mean())) if len(losses) else examination.end


def _rates(examination: Examination) -> tuple[str, ...]:
    optimizer = examination.optimizer
    if optimizer is None or optimizer.lr is None:
        return ()
    return (f"the learning rate of {'+'.join(optimizer.kinds)} is {optimizer.lr:g}",)


RULE = Rule(
    "lr_high",
    find,
    reads=("series", "objective", "optimizer"),
    id="D5",
    statistic="median of u = RMS(ΔW) / max(RMS(W), 0.3/√fan_in) of a matrix; the loss at the end over the best and the first",
    threshold="u: 0.1 over the run, 0.3 over the first 5 updates; or an end 3 times the best loss and 1.5 times the first",
    source="CS231n (updates to weights about 1e-3); Cockpit (Schneider et al. 2021); the bounds: measured",
    traps="a last layer that begins at 0; the edge of stability; schedules with a warm-up",
    remedy="a tenth of the rate, a warm-up",
    faulty=circles(stack(2, "relu(dense(h, 32, init=he))"), "adam(1.0)"),
    healthy=circles(stack(2, "relu(dense(h, 32, init=he))"), "adam(0.005)"),
    rank=70,
    alone=True,
    doc=__doc__ or "",
)
