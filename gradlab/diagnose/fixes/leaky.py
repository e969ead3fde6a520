"""A ReLU that leaks: a unit that is off for every sample still gets a gradient, and can come back."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Swap
from gradlab.diagnose.fixes._model import bends
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield `leaky_relu` for all nonlinearities of the hidden layers that have a dead side."""
    dead = [bend for bend in bends(examination) if bend.curve.dead is not None]
    if dead:
        yield Fix(f"`leaky_relu` in place of `{dead[0].word}`", tuple(Swap("leaky_relu", bend.node) for bend in dead))


REMEDY = Remedy(
    "leaky",
    {"D4": 0, "C4": 0},
    find,
    source="Maas, Hannun & Ng 2013; Lu et al., Dying ReLU and Initialization, 2020",
    doc=__doc__ or "",
)
