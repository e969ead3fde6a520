"""An optimizer that remembers: it leaves a plateau or a saddle on which the gradient alone is almost 0."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper
from gradlab.diagnose.fixes._model import rate
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield momentum, and Adam, for an optimizer that remembers nothing."""
    optimizer, step = examination.optimizer, rate(examination)
    if optimizer is None or step is None or {"mu", "beta1"} & set(optimizer.numbers):
        return
    yield Fix("momentum", (Hyper("optimizer", f"momentum({step:.6g})"),))
    yield Fix("Adam with a rate of 0.01", (Hyper("optimizer", "adam(0.01)"),))


REMEDY = Remedy("momentum", {"D10": 1, "D6": 3}, find, source="Sutskever et al. 2013; Kingma & Ba 2015", doc=__doc__ or "")
