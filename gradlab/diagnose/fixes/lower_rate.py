"""A smaller learning rate: a step that is too long lands on the other side of the valley, or outside of it."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper
from gradlab.diagnose.fixes._model import rate
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield a tenth and a hundredth of the rate."""
    if rate(examination) is not None:
        yield Fix("a tenth of the learning rate", (Hyper("lr", "{} / 10"),))
        yield Fix("a hundredth of the learning rate", (Hyper("lr", "{} / 100"),))


REMEDY = Remedy(
    "lower_rate",
    {"D5": 0, "D2": 2, "D4": 2, "D8": 0, "D12": 2, "B6": 4, "D9": 1, "E1": 5},
    find,
    source="Bengio, Practical Recommendations, 2012",
    doc=__doc__ or "",
)
