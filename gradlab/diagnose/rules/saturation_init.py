"""Squashing units that are at an end of their range before anything is learned.

There the slope is nearly 0, and what arrives from behind is multiplied by it. It is a fact about the beginning, no fault yet: a
network may work its way out of it. Whether it has not is another rule's.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Wrap
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack
from gradlab.diagnose.rules._units import saturated
from gradlab.train.layers import LayerParts

SHARE = 0.5


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding at the layer that saturates most before the first update."""
    bent = [(row, bend, share) for row, bend, share in saturated(examination, examination.begun) if share > SHARE]
    if not bent:
        return
    row, bend, share = max(bent, key=lambda one: one[2])
    others = (f"more than half in {', '.join(other.name for other, _, _ in bent if other is not row)}",) if bent[1:] else ()
    yield Finding(
        f"{share:.0%} of what leaves {row.name} is at an end of the range of {bend.word} before the first update",
        node=bend.node,
        layer=row.name,
        statistic="share of saturated numbers over all training data",
        value=share,
        threshold=SHARE,
        at=0,
        evidence=others,
        fixes=out_of_saturation(examination.depth.hidden),
    )


def out_of_saturation(rows: tuple[LayerParts, ...]) -> tuple[Fix, ...]:
    """Return what brings squashing units back to where they have a slope."""
    zs = [row.z for row in rows if row.z is not None]
    return (
        Fix("start the weights with `xavier`", (Argument("init", "xavier"),), rates=True),
        Fix("standardize the inputs", (Argument("scale", '"standard"'),), rates=True),
        Fix("batch norm before each nonlinearity", tuple(Wrap("batch_norm({})", z) for z in zs)),
    )


RULE = Rule(
    "saturation_init",
    find,
    reads=("begun", "depth", "start"),
    id="C5",
    statistic="share of the numbers of a layer within 1.5 % of an end of the range of its units, before the first update",
    threshold="0.5 (|tanh| above .97, σ above .985 or below .015)",
    source="Glorot & Bengio 2010; Karpathy, *makemore*, part 3",
    traps="it is a fact about the beginning: networks recover",
    remedy="smaller weights (`xavier`), inputs that are standardized",
    faulty=circles(stack(3, "tanh(dense(h, 32, init=normal(3.0)))")),
    healthy=circles(stack(3, "tanh(dense(h, 32))")),
    rank=52,
    doc=__doc__ or "",
)
