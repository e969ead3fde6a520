"""Dropout of the hidden units, where a network learns its training data by heart."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Wrap
from gradlab.diagnose.fixes._model import bends
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield dropout behind each nonlinearity of the hidden layers."""
    found = bends(examination)
    if found:
        yield Fix("drop half of the hidden units", tuple(Wrap("dropout({}, 0.5)", bend.node) for bend in found))


REMEDY = Remedy("dropout", {"E1": 2}, find, source="Srivastava et al. 2014", doc=__doc__ or "")
