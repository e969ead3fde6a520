"""Squashing units at an end of their range, in a network that has not learned.

A network that is right and sure has such units, and nothing is wrong with it. Where the loss is still more than half of what a
constant output has, they are why gradients do not come through.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack
from gradlab.diagnose.rules._units import saturated
from gradlab.diagnose.rules.saturation_init import out_of_saturation

SHARE, LOSS = 0.5, 0.5


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding at the layer that saturates most, where the loss at the end is above half of chance."""
    chance, end = examination.chance, examination.end
    if chance is None or end is None or not end > LOSS * chance:
        return
    bent = [(row, bend, share) for row, bend, share in saturated(examination, examination.ended) if share > SHARE]
    if not bent:
        return
    row, bend, share = max(bent, key=lambda one: one[2])
    yield Finding(
        f"{share:.0%} of what leaves {row.name} is at an end of the range of {bend.word}, and the loss is still"
        f" {end / chance:.0%} of that of a constant output",
        node=bend.node,
        layer=row.name,
        statistic="share of saturated numbers over all training data",
        value=share,
        threshold=SHARE,
        at=examination.updates,
        fixes=out_of_saturation(examination.depth.hidden),
    )


RULE = Rule(
    "saturation",
    find,
    reads=("ended", "depth", "chance"),
    id="D3",
    statistic="share of the numbers of a layer within 1.5 % of an end of the range of its units, at the end",
    threshold="0.5, with a loss above half of chance",
    source="TheDeepChecker (Ben Braiek & Khomh 2023), ρ_B",
    traps="a network that is right and sure saturates, too: then nothing is said",
    remedy="smaller weights (`xavier`), inputs that are standardized, a smaller rate",
    faulty=circles("h = 100.0 * x\n" + "".join("h = tanh(dense(h, 32, init=normal(3.0)))\n" for _ in range(8)), "sgd(0.01)"),
    healthy=circles(stack(3, "tanh(dense(h, 32))")),
    rank=81,
    doc=__doc__ or "",
)
