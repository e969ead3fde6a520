"""The gradient cut to a norm that nine in ten updates do not reach: the few that are far longer throw nothing away any more."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield a clip at the 90th percentile of the norms that were measured, which are finite."""
    series = examination.series
    norms = np.zeros(0) if series is None else series.norm[np.isfinite(series.norm)]
    if norms.size and np.percentile(norms, 90) > 0:
        limit = float(np.percentile(norms, 90))
        yield Fix(f"clip the gradient to the norm {limit:.3g}", (Hyper("clip", f"clip_norm({limit:.3g})"),))
        if limit > 10:
            yield Fix("clip the gradient to the norm 1", (Hyper("clip", "clip_norm(1)"),))


REMEDY = Remedy(
    "clip",
    {"D2": 1, "D9": 0, "D14": 2, "F5": 0, "D5": 2, "B6": 3},
    find,
    source="Pascanu, Mikolov & Bengio 2013; Godbole et al., Deep Learning Tuning Playbook, 2023 (the 90th percentile)",
    doc=__doc__ or "",
)
