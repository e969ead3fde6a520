"""More updates, where the loss still falls at the end."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Length
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield four times as many updates."""
    yield Fix("train four times as long", (Length(4),))


REMEDY = Remedy(
    "longer",
    {"D7": 1, "D6": 2, "D11": 2},
    find,
    source="Godbole et al., Deep Learning Tuning Playbook, 2023",
    doc=__doc__ or "",
)
