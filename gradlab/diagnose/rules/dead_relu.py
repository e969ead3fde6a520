"""Rectifiers that are 0 for every sample at the end of the run: no gradient passes through them, and nothing wakes them.

That half of all numbers behind a relu are 0 is normal. A unit that is 0 for all data is lost; where that is more than half of a
layer, the network is narrower than it was meant to be, and where it is the whole layer, nothing flows at all. The first such
layer is told; those behind it may only be a consequence.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, each
from gradlab.diagnose.rules._units import dead, waking

SHARE = 0.5


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding at the first layer more than half of whose units are dead at the end."""
    bent = [(row, bend, share) for row, bend, share in dead(examination, examination.ended) if share > SHARE]
    if not bent:
        return
    row, bend, share = bent[0]
    z = np.asarray(examination.ended.values(bend.reads), np.float64)
    evidence = [f"z never exceeds {float(z.max()):.3g}"] if z.size and np.isfinite(z).all() and share == 1 else []
    evidence += [f"the same of {', '.join(other.name for other, _, _ in bent[1:])}"] if bent[1:] else []
    yield Finding(
        f"{share:.0%} of the units of {row.name} are 0 for every sample: no gradient passes back through them",
        node=bend.node,
        layer=row.name,
        statistic="share of dead units over all training data",
        value=share,
        threshold=SHARE,
        at=examination.updates,
        evidence=tuple(evidence),
        fixes=tuple(waking(examination, row)),
    )


RULE = Rule(
    "dead_relu",
    find,
    reads=("ended", "depth"),
    id="D4",
    statistic="share of the units of a layer that are 0 for all training data at the end",
    threshold="0.5",
    source="Maas, Hannun & Ng 2013; TheDeepChecker (Ben Braiek & Khomh 2023)",
    traps="half of all numbers behind a relu are 0 in any healthy layer",
    remedy="a smaller rate, leaky_relu, biases that begin at 0",
    faulty=circles(each(["relu(dense(h, 32, init=he, bias=constant(-6.0)))"])),
    healthy=circles(each(["relu(dense(h, 32, init=he))"])),
    rank=80,
    doc=__doc__ or "",
)
