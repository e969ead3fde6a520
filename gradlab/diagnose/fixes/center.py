"""tanh in the place of a nonlinearity whose outputs are all of one sign: its slope at 0 is 1, and its mean is near 0."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Swap
from gradlab.diagnose.fixes._model import bends
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield tanh for all bounded nonlinearities of the hidden layers that give one sign only."""
    flat = [bend for bend in bends(examination) if bend.curve.bounded and bend.curve.range[0] >= 0]
    if flat:
        yield Fix(f"`tanh` in place of `{flat[0].word}`", tuple(Swap("tanh", bend.node) for bend in flat))


REMEDY = Remedy(
    "center", {"D1": 2, "C5": 3}, find, source="LeCun et al., Efficient BackProp, 1998, sec. 4.4", doc=__doc__ or ""
)
