"""Weights that begin ten times smaller."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.fixes._model import hidden_weights, last_weights
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield a normal distribution of a tenth of the present deviation, in all layers."""
    nodes = examination.graph.nodes
    edits = []
    for w in (*hidden_weights(examination), *last_weights(examination)):
        value = examination.first.value(w)
        deviation = 0.0 if value is None else float(np.std(value))
        if deviation > 0 and nodes[w].span is not None:
            edits.append(Argument("init", f"normal({deviation / 10:.2g})", w))
    if edits:
        yield Fix("start with weights that are ten times smaller", tuple(edits))


REMEDY = Remedy("smaller_weights", {"F1": 1, "D5": 5}, find, source="Glorot & Bengio 2010", doc=__doc__ or "")
