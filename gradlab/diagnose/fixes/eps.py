"""The usual eps of the optimizer: one that is larger than √v_hat turns Adam into a slow gradient descent."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield an eps of 1e-8 for an optimizer that has another one."""
    numbers = {} if examination.optimizer is None else examination.optimizer.numbers
    if numbers.get("eps", 1e-8) != 1e-8:
        yield Fix("an eps of 1e-8", (Hyper("eps", "1e-8"),))


REMEDY = Remedy("eps", {"F6": 0, "D6": 1, "B6": 5}, find, source="Kingma & Ba 2015", doc=__doc__ or "")
