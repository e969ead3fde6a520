"""Orthogonal first weights: they turn a signal and change no length, however often they are multiplied."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.fixes._model import hidden_weights
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield `orthogonal` for the matrices of the hidden layers."""
    found = hidden_weights(examination)
    if found:
        yield Fix("start the weights with `orthogonal`", tuple(Argument("init", "orthogonal", w) for w in found))


REMEDY = Remedy(
    "orthogonal",
    {"D14": 0, "C6": 0, "C3": 3},
    find,
    source="Saxe, McClelland & Ganguli 2014; Le, Jaitly & Hinton 2015",
    doc=__doc__ or "",
)
