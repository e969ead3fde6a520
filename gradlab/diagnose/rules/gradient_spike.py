"""An update whose gradient is far larger than those before it.

One such step can throw the weights to where nothing is learned any more. The first twenty updates are left out, since there the
gradient changes anyway.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack

TIMES, BEHIND, FIRST = 10.0, 50, 20


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
    if size[at] > TIMES:
        update = int(series.updates[FIRST + at])
        yield Finding(
            f"the gradient of update {update} has a norm of {norm[FIRST + at]:.3g}, {size[at]:.3g} times the median of those"
            " before it",
            statistic="norm of the gradient over the median of the last 50",
            value=float(size[at]),
            threshold=TIMES,
            at=update,
            fixes=(Fix("clip the norm of the gradient at 1", (Hyper("clip", "clip_norm(1.0)"),)),),
        )


RULE = Rule(
    "gradient_spike",
    find,
    reads=("series", "objective"),
    id="D9",
    statistic="norm of the gradient over the median of the 50 before it",
    threshold="10, behind the first 20 updates",
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
