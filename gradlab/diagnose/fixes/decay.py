"""Weight decay: what the data do not ask for goes back to zero."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield a penalty for a network that has none."""
    numbers = {} if examination.optimizer is None else examination.optimizer.numbers
    if not {"l2", "weight_decay", "decay"} & set(numbers):
        yield Fix("a weight decay of 0.01", (Hyper("l2", "0.01"),))


REMEDY = Remedy("decay", {"E1": 1}, find, source="Krogh & Hertz 1992", doc=__doc__ or "")
