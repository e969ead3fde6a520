"""A larger learning rate, where the steps are so short that the loss hardly moves."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper
from gradlab.diagnose.fixes._model import rate
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield ten, a hundred and a thousand times the rate."""
    if rate(examination) is not None:
        for factor, word in ((10, "ten"), (100, "a hundred"), (1000, "a thousand")):
            yield Fix(f"{word} times the learning rate", (Hyper("lr", f"{{}} * {factor}"),))


REMEDY = Remedy(
    "raise_rate",
    {"D6": 0, "D7": 0, "D10": 2, "F5": 2},
    find,
    source="Bengio, Practical Recommendations, 2012",
    doc=__doc__ or "",
)
