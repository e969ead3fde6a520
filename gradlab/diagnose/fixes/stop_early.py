"""An end where held-out data are best: what is learned behind it is the noise of the training data."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Length
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield the length at which the held-out loss was least, if that was before the end."""
    held = examination.held_out
    if held is None or not len(held.losses) or not np.isfinite(held.losses).any():
        return
    best = int(held.updates[int(np.nanargmin(held.losses))])
    if 0 < best < 0.9 * examination.updates:
        yield Fix(f"stop after {best} updates", (Length(best / examination.updates),))


REMEDY = Remedy("stop_early", {"E1": 0}, find, source="Prechelt, Early Stopping - But When?, 1998", doc=__doc__ or "")
