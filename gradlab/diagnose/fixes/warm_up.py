"""A learning rate that grows to its value over the first updates, while the layers find their scale."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield a warm-up over a tenth of the run, of a rate that has no schedule yet."""
    optimizer = examination.optimizer
    if optimizer is not None and optimizer.lr is not None and "lr" not in optimizer.scheduled:
        updates = max(10, examination.updates // 10)
        yield Fix(f"a warm-up of {updates} updates", (Hyper("lr", f"warmup({{}}, {updates})"),))


REMEDY = Remedy("warm_up", {"D5": 3}, find, source="Goyal et al., Accurate, Large Minibatch SGD, 2017", doc=__doc__ or "")
