"""Rectifiers that are 0 for every sample before anything is learned, so that nothing can wake them.

A narrow and deep network of relu is born dead with a probability that goes to 1 with its depth (Lu et al. 2020). One batch is
no witness, since a unit that is 0 for 32 samples may wake for another: all training data are asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack
from gradlab.diagnose.rules._units import dead, waking

SHARE = 0.5


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding at the first layer more than half of whose units are dead before the first update."""
    bent = [(row, bend, share) for row, bend, share in dead(examination, examination.begun) if share > SHARE]
    if not bent:
        return
    row, bend, share = bent[0]
    others = (f"the same of {', '.join(other.name for other, _, _ in bent[1:])}",) if bent[1:] else ()
    yield Finding(
        f"{share:.0%} of the units of {row.name} are 0 for every sample before the first update",
        node=bend.node,
        layer=row.name,
        statistic="share of dead units over all training data",
        value=share,
        threshold=SHARE,
        at=0,
        evidence=others,
        fixes=tuple(waking(examination, row)),
    )


RULE = Rule(
    "born_dead",
    find,
    reads=("begun", "depth", "start"),
    id="C4",
    statistic="share of the units of a layer that are 0 for all training data before the first update",
    threshold="0.5",
    source="Lu, Shin, Su & Karniadakis, *Dying ReLU and initialization*, 2020",
    traps="one batch, in which a unit may sleep by chance; half of all numbers that are 0 is normal",
    remedy="wider layers, `he`, leaky_relu, an asymmetric initialization",
    faulty=circles(stack(20, "relu(dense(h, 2, init=he))")),
    healthy=circles(stack(4, "relu(dense(h, 32, init=he))")),
    rank=51,
    doc=__doc__ or "",
)
