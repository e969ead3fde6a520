"""The bias of a single output at what the targets are on average: the first updates need not learn that.

For measured values that is their mean; for the logit of a class the logarithm of its odds.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.fixes._model import last_weights
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield the bias that the best constant output has."""
    out, targets = examination.roles.output, examination.begun.targets
    found = last_weights(examination)
    if out is None or targets is None or len(found) != 1 or examination.graph.nodes[found[0]].shape[-1] != 1:
        return
    mean = float(np.mean(targets))
    if examination.roles.task == "regression" and out.head is None:
        yield Fix("begin the bias at the mean of the targets", (Argument("bias", f"constant({mean:.6g})", found[0]),))
    elif examination.roles.task == "classes" and 0 < mean < 1:
        odds = log(mean / (1 - mean))
        yield Fix("begin the bias at the logarithm of the odds", (Argument("bias", f"constant({odds:.4g})", found[0]),))


REMEDY = Remedy(
    "last_bias",
    {"A8": 1, "A9": 1, "A2": 1},
    find,
    source="Karpathy, A Recipe for Training Neural Networks, 2019",
    doc=__doc__ or "",
)
