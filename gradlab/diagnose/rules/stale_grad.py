"""The gradient that the optimizer used is not the gradient of its batch: it holds what older batches left.

In PyTorch `backward` adds to `.grad`; without `optimizer.zero_grad()` each step is made along the sum of all gradients so
far. In a model that gradlab reads every backward pass starts anew, so this is asked of imports alone: `gradlab.watch` keeps
what steps before have left, where nobody set it to zero.

Momentum adds old gradients as well, in a memory of its own: what the step was made from is compared, not the step.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix
from gradlab.diagnose.rule import Rule

DIFFERENCE = 0.5


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where the gradients that were used differ from fresh ones."""
    pairs = [
        (np.asarray(used, np.float64), np.asarray(fresh, np.float64))
        for param, used in (examination.used or {}).items()
        if (fresh := examination.fresh(param)) is not None
    ]
    size = float(np.sqrt(sum(np.sum(fresh**2) for _, fresh in pairs)))
    if not pairs or not np.isfinite(size) or size == 0:
        return
    apart = float(np.sqrt(sum(np.sum((used - fresh) ** 2) for used, fresh in pairs))) / size
    if apart > DIFFERENCE:
        yield Finding(
            f"the optimizer stepped along {apart + 1:.3g} times the gradient of its batch: older gradients were not cleared",
            node=examination.roles.root,
            statistic="‖used - fresh‖ / ‖fresh‖ over all parameters",
            value=apart,
            threshold=DIFFERENCE,
            at=0,
            fixes=(Fix("call `optimizer.zero_grad()` before each `backward()`"),),
        )


RULE = Rule(
    "stale_grad",
    find,
    reads=("graph", "first", "used"),
    id="B4",
    statistic="‖used - fresh‖ / ‖fresh‖ over all parameters",
    threshold="0.5, where nobody gathers gradients on purpose",
    source="PyTorch, *Zeroing out gradients in PyTorch*; 21 times in the calibration with plain descent and a rate of 0.02",
    remedy="`optimizer.zero_grad()` before each `backward()`",
    traps="gradients that are gathered over several batches on purpose; momentum",
    rank=24,
    doc=__doc__ or "",
)
