"""Dropout that takes so much away that the network cannot learn what it is shown.

Wide layers bear that half of their units are dropped; more than half is told where the training loss with the mask is far above
that without it, or has hardly come down.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, each

SHARE, ABOVE, LEFT = 0.5, 0.2, 0.4


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding at the dropout with the largest share, where it costs much."""
    masks = [node for node in examination.graph.nodes if node.op.role == "mask" and node.attrs.get("p", 0.0) > SHARE]
    if not masks:
        return
    worst = max(masks, key=lambda node: float(node.attrs["p"]))
    train, use = examination.ended_train.loss, examination.ended.loss
    first = min(examination.begun.loss, examination.chance or examination.begun.loss)
    more = train - use > ABOVE * abs(use)
    if not (more or train > LEFT * first):
        return
    p = float(worst.attrs["p"])
    yield Finding(
        f"dropout takes {p:.0%} of {worst.place or worst.name}: the training loss is {train:.3g} with it and {use:.3g} without",
        node=worst.index,
        statistic="share of the units that are dropped",
        value=p,
        threshold=SHARE,
        at=examination.updates,
        fixes=(Fix("drop a fifth", tuple(Argument("p", "0.2", node.index) for node in masks)),),
    )


RULE = Rule(
    "dropout_high",
    find,
    reads=("begun", "ended", "ended_train"),
    id="E4",
    statistic="share p that is dropped, and the training loss with and without the mask",
    threshold="p above 0.5, with a loss 20 % above that without it, or above 0.4 of the first one and of chance",
    source="UMLAUT (Schoop, Huang & Hartmann 2021); Srivastava et al. 2014 (p = 0.5 for hidden layers)",
    traps="wide layers bear 0.5",
    remedy="a smaller p",
    faulty=circles(each(["dropout(relu(dense(h, 32, init=he)), p=0.9)"] * 2)),
    healthy=circles(each(["dropout(relu(dense(h, 32, init=he)), p=0.2)"] * 2)),
    rank=73,
    doc=__doc__ or "",
)
