"""A run that ends too early: the loss is still falling, or the weights have hardly moved.

Most short demonstrations end so, and nothing is wrong with them: it is told as a cause only where nothing else is, and the
network has not learned.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper, Length
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack

WAY, DROP, FALL, PARTS = 0.3, 0.1, 0.08, 3
"""Sum of u over the run, share by which the loss fell, and fall within the last fifth, which is looked at in so many parts."""
FIXES = (
    Fix("train four times as long", (Length(4),)),
    Fix("ten times the learning rate", (Hyper("lr", "{} * 10"),)),
)


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where the weights have gone a short way, or the loss falls to the last."""
    losses = np.array([loss for _, loss in examination.losses])
    if len(losses) < 2 or not np.isfinite(losses).all():
        return
    way, drop = _way(examination), _share(losses[: max(1, len(losses) // 10)], losses[-max(1, len(losses) // 10) :])
    if 0 < way < WAY and drop < DROP:
        yield Finding(
            f"the run is too short: in {examination.updates} updates the weights go {way:.2g} times their own size in all, and"
            f" the loss falls by {drop:.1%}",
            statistic="Σ RMS(ΔW) / RMS(W) over the run",
            value=way,
            threshold=WAY,
            at=examination.updates,
            fixes=FIXES,
        )
        return
    fall = _falling(losses)
    if fall > FALL:
        yield Finding(
            f"the run is too short: the loss still falls, by {fall:.0%} in the last fifth of {examination.updates} updates",
            statistic="fall of the loss within the last fifth",
            value=fall,
            threshold=FALL,
            at=examination.updates,
            fixes=FIXES,
            conjecture=True,
        )


def _share(before: np.ndarray[tuple[int], np.dtype[np.float64]], after: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    first = float(before.mean())
    return (first - float(after.mean())) / abs(first) if first else 0.0


def _way(examination: Examination) -> float:
    """Return how far the matrix that moves most goes, in its own size, over the whole run: of the hidden layers, if there are.

    The last layer alone soon comes to say how frequent the classes are, whatever it is given.
    """
    series, nodes, last = examination.series, examination.graph.nodes, examination.depth.last
    assert series is not None
    found = {node: u for node, u in series.size.items() if len(nodes[node].shape) > 1 and len(u) and np.isfinite(u).all()}
    hidden = [u for node, u in found.items() if last is None or node not in last.weights]
    return float(max(map(np.mean, hidden or found.values()), default=0.0)) * examination.updates


def _falling(losses: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Return by how much the loss falls within the last fifth, 0 if it does not fall from each part of it to the next."""
    if len(losses) < 5 * PARTS:
        return 0.0
    means = np.array([part.mean() for part in np.array_split(losses[-(len(losses) // 5) :], PARTS)])
    if (np.diff(means) >= 0).any():
        return 0.0
    return _share(means[:1], means[-1:])


RULE = Rule(
    "too_few_steps",
    find,
    reads=("series", "objective"),
    id="D7",
    statistic="Σ u over the run, with the fall of the loss; the fall of the loss within the last fifth",
    threshold="Σ u below 0.3 and a fall of less than 10 %; or the last fifth falls by more than 8 %, part by part",
    source="the bounds: measured; Smith 2018 (an under-trained network is one whose loss still falls)",
    traps="most short demonstrations are healthy: never the cause while there is another",
    remedy="more epochs, or a larger rate",
    faulty=circles(stack(2, "tanh(dense(h, 16))"), "sgd(0.003)"),
    healthy=circles(stack(2, "relu(dense(h, 32, init=he))"), "adam(0.03)"),
    updates=20,
    rank=117,
    most="warning",
    status="unmeasured",
    consequence=True,
    alone=True,
    doc=__doc__ or "",
)
