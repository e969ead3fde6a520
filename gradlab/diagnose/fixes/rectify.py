"""ReLU, which does not flatten on its right side, in the place of a nonlinearity that flattens on both.

The slope of a sigmoid is at most ¼, that of a saturated tanh almost 0: a gradient that passes many of them vanishes.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Swap
from gradlab.diagnose.fixes._model import bends, hidden_weights
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield ReLU for all bounded nonlinearities of the hidden layers, with weights that fit it."""
    flat = [bend for bend in bends(examination) if bend.curve.bounded]
    if flat:
        edits = tuple(Swap("relu", bend.node) for bend in flat)
        inits = tuple(Argument("init", "he", w) for w in hidden_weights(examination))
        yield Fix(f"`relu` in place of `{flat[0].word}`, started with `he`", (*edits, *inits))


REMEDY = Remedy(
    "rectify",
    {"D1": 0, "D3": 0, "C5": 2, "D11": 3},
    find,
    source="Glorot, Bordes & Bengio 2011; He et al. 2015",
    doc=__doc__ or "",
)
