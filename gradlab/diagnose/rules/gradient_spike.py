"""An update whose gradient is far larger than those before it.

One such step can throw the weights to where nothing is learned any more. The first twenty updates are left out, since there the
gradient changes anyway. What is clipped, or divided by the size of the gradient as by Adam, makes no long step, and a network
that ends better than it was before has got over it: then the spike is a fact.
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

TIMES, BEHIND, FIRST, BESIDE = 10.0, 50, 20, 10
CLIP = Fix("clip the norm of the gradient at 1", (Hyper("clip", "clip_norm(1.0)"),))


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding at the largest spike."""
    series = examination.series
    assert series is not None
    norm = series.norm
    if len(norm) <= FIRST or not np.isfinite(norm).all():
        return
    beside = np.array([np.median(norm[max(0, i - BEHIND) : i]) for i in range(FIRST, len(norm))])
    size = np.where(beside > 1e-3 * norm[:FIRST].max(), norm[FIRST:] / np.maximum(beside, 1e-300), 0.0)
    at = int(np.argmax(size))
    steps, behind = _steps(examination), FIRST + at
    leaps = steps[behind] > TIMES * float(np.median(steps[max(0, behind - BEHIND) : behind]))
    if size[at] > TIMES:
        update = int(series.updates[FIRST + at])
        yield Finding(
            f"the gradient of update {update} has a norm of {norm[FIRST + at]:.3g}, {size[at]:.3g} times the median of those"
            " before it",
            statistic="norm of the gradient over the median of the last 50",
            value=float(size[at]),
            threshold=TIMES,
            at=update,
            most="warning" if leaps and _is_thrown(examination, update) else "info",
            fixes=(CLIP,) if norm[FIRST + at] > 1 else (),  # below 1 that would change nothing
        )


def _steps(examination: Examination) -> npt.NDArray[np.float64]:
    """Return the length of the step of each update that was measured, of all parameters together."""
    series, nodes = examination.series, examination.graph.nodes
    assert series is not None
    return np.sqrt(sum((nodes[p].size * np.square(moved) for p, moved in series.moved.items()), np.zeros(len(series.updates))))


def _is_thrown(examination: Examination, update: int) -> bool:
    """Whether the loss at the end is above that of the updates before one."""
    updates, losses = np.array(examination.losses, np.float64).T
    before, end = losses[updates < update][-BESIDE:], losses[-BESIDE:]
    return bool(len(before)) and not float(end.mean()) < float(before.mean())


RULE = Rule(
    "gradient_spike",
    find,
    reads=("series", "objective"),
    id="D9",
    statistic="norm of the gradient over the median of the 50 before it",
    threshold="10, behind the first 20 updates; a warning where the step is as much longer, and the loss has not come back",
    source="Godbole et al., *Deep Learning Tuning Playbook*, 2023 (clip at the 90th percentile)",
    traps="the first updates; a gradient that is nearly 0 because all is learned",
    remedy="a clipped norm",
    faulty=circles(stack(4, "relu(dense(h, 16, init=he))"), "sgd(0.5)"),
    healthy=circles(stack(2, "relu(dense(h, 32, init=he))"), "sgd(0.1)"),
    updates=300,
    fires=4,
    rank=119,
    most="warning",
    status="unmeasured",
    doc=__doc__ or "",
)
