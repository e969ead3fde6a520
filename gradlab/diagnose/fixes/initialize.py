"""First weights that keep the size of the signal: `he` before a ReLU, `xavier` else, drawn anew for each layer.

Weights that begin too small let signal and gradient shrink from layer to layer, weights that begin too large let them grow or
saturate the units, weights that begin alike stay alike.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.fixes._model import hidden_weights, is_rectified, last_weights
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield the rule that fits the nonlinearities, in every layer with weights."""
    word = "he" if is_rectified(examination) else "xavier"
    edits = tuple(Argument("init", word, w) for w in (*hidden_weights(examination), *last_weights(examination)))
    if edits:
        yield Fix(f"start the weights with `{word}`", edits)


REMEDY = Remedy(
    "initialize",
    {"C1": 0, "C2": 0, "C4": 1, "C5": 0, "C3": 1, "D2": 0, "D3": 1, "D1": 1, "D10": 0, "A8": 2, "D11": 4},
    find,
    source="Glorot & Bengio 2010; He et al. 2015",
    doc=__doc__ or "",
)
