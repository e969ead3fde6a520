"""A network that can do no better: the loss is flat far above 0, and nothing bends down.

Where there is neither a slope nor a way out, more training does not help: the network is too narrow, its shape or its
activation cannot say what the data do. A loss that small steps hardly move is flat as well: so it is asked how far down the
bottom of the bowl is in which it stands. Labels that are partly noise have such a ceiling as well, and there the accuracy has
gone up, which is why it is asked, too.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.curvature import Hessian, attainable
from gradlab.diagnose.examination import GAINED, Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Swap
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack
from gradlab.diagnose.rules._course import course, flat

LOSS, BEND = 0.5, 0.02
WITHIN = 0.05
"""Of the loss at the end: how far it may be above the bottom of the bowl it is in. Steps that are small leave it flat, too."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where the loss is flat above half of chance, little is gained, and no direction leads down."""
    chance, end = examination.chance, examination.end
    if chance is None or end is None or not end > LOSS * chance or not flat(course(examination)):
        return
    gained = examination.ended.scores.gained
    if gained is None or gained >= GAINED:
        return
    bent = examination.curvature
    if bent is None or bent.least < -BEND * max(bent.largest, 0.0):
        return
    if _attainable(examination) > WITHIN * end:
        return
    yield Finding(
        f"the network can do no better: the loss is flat at {end / chance:.0%} of that of a constant output, {gained:.0%} of"
        " what is possible is gained, and no direction leads down",
        statistic="loss at the end over that of the best constant output",
        value=end / chance,
        threshold=LOSS,
        at=examination.updates,
        evidence=(f"eigenvalues of the Hessian from {bent.least:.2g} to {bent.largest:.2g}",),
        fixes=tuple(_fixes(examination)),
        conjecture=True,
    )


def _attainable(examination: Examination) -> float:
    assert examination.objective is not None
    at = examination.leaves[examination.updates]
    return attainable(Hessian(examination.bench, at, examination.objective.params))


def _fixes(examination: Examination) -> Iterator[Fix]:
    rows = examination.depth.hidden
    if rows:
        yield Fix("four times as many hidden units")
        squash = tuple(Swap("relu", b.node) for row in rows for b in row.bends if b.own and b.curve.bounded)
        if squash:
            yield Fix("relu, started with `he`", (*squash, Argument("init", "he")))
    else:
        yield Fix("a hidden layer: `h = relu(dense(x, 32, init=he))` in front of the output")


RULE = Rule(
    "underfit",
    find,
    reads=("losses", "objective", "chance", "ended"),
    id="D11",
    statistic="loss at the end over chance, the share of what is possible that is gained, the least eigenvalue of the Hessian",
    threshold="flat above 0.5, less than 35 % gained, no eigenvalue below -0.02 of the largest, ½ gᵀH⁻¹g below 5 % of the loss",
    source="Goodfellow, Bengio & Courville 2016, sec. 5.2; the accuracy gate: measured (noise in labels has a ceiling)",
    traps="steps so small that a loss on a slope looks flat; labels that are partly noise: there no larger network helps, and "
    "nothing is alarmed; a saddle",
    remedy="more units, another activation, a hidden layer",
    faulty=circles("h = x\n", "sgd(0.5)"),
    healthy=circles(stack(2, "relu(dense(h, 16, init=he))")),
    updates=400,
    rank=114,
    alone=True,
    doc=__doc__ or "",
)
