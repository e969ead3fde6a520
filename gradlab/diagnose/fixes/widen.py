"""More units in the hidden layers, where the network cannot say what it has to."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.fixes._model import called, hidden_weights
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield four times the units of the hidden layers."""
    found = [w for w in hidden_weights(examination) if called(examination.graph.nodes[w]) is not None]
    if found:
        yield Fix("four times the units in the hidden layers", tuple(Argument("units", "{} * 4", w) for w in found))


REMEDY = Remedy(
    "widen",
    {"D11": 1, "C4": 3},
    find,
    source="Godbole et al., Deep Learning Tuning Playbook, 2023; Lu et al. 2020",
    doc=__doc__ or "",
)
