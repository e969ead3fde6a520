"""The training labels are learned by heart, and say nothing about data that were held out.

A network that is large enough learns random labels, too: each sample for itself. The signs are a training accuracy well
above that of a constant answer, a loss below chance, and a held-out accuracy that is no better than the constant answer by
more than chance, two standard deviations of a share. Then either the pairing of inputs and labels is lost (one was shuffled,
the other was not; a row was dropped), or the inputs do not tell the labels at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix
from gradlab.diagnose.rule import Rule

GAIN, FALLEN, SIGMAS, FEWEST = 0.1, 0.9, 2.0, 100
"""Accuracy above the base, share of L_c, standard deviations, held-out samples at least."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where it is so."""
    held, chance, end = examination.held_out, examination.chance, examination.end
    if examination.roles.task != "classes" or held is None or held.rows < FEWEST or chance is None or end is None:
        return
    inside, outside = examination.ended.scores, held.scores
    if inside.accuracy is None or inside.base is None or outside.accuracy is None or outside.base is None:
        return
    if not np.isfinite(end) or inside.accuracy <= inside.base + GAIN or end >= FALLEN * chance:
        return
    base = min(max(outside.base, 0.0), 1.0)
    bound = base + SIGMAS * sqrt(base * (1 - base) / held.rows)
    if outside.accuracy > bound:
        return
    target = examination.graph.nodes[examination.roles.target]
    yield Finding(
        f"the labels are learned by heart: {inside.accuracy:.0%} of the training samples are right, and {outside.accuracy:.0%} "
        f"of {held.rows:,} held-out ones, where always the same answer gets {base:.0%}",
        node=target.index,
        statistic="held-out accuracy",
        value=outside.accuracy,
        threshold=bound,
        at=examination.updates,
        evidence=(f"the training loss is {end / chance:.2f} of that of a constant output",),
        fixes=(Fix("look at some inputs beside their labels: the pairing is lost, or the inputs do not tell the label"),),
    )


DATA = (
    'x, t = dataset("classification", n=700, features=20, informative=8, apart=2.0, flip={}, split="train", test=0.3, '
    "batch=49)\n"
)
NET = "h = relu(dense(x, 64, init=he))\ny = dense(h, 2)\nloss = cross_entropy(y, t)\nminimize(loss, adam(0.01))\n"
RULE = Rule(
    "labels_random",
    find,
    reads=("graph", "roles", "ended", "held_out", "chance"),
    id="A11",
    statistic="training accuracy and loss beside the held-out accuracy",
    threshold="training accuracy 0.1 above the base, loss below 0.9 L_c, held-out accuracy within 2 σ of the base, 100 samples",
    source="Zhang et al., *Understanding deep learning requires rethinking generalization*, ICLR 2017; 2 σ of a share",
    remedy="the pairing of inputs and labels",
    traps="few held-out samples, over-fitting, which still leaves something",
    faulty=DATA.format(1.0) + NET,
    healthy=DATA.format(0.01) + NET,
    updates=400,
    rank=101,
    stays=True,
    doc=__doc__ or "",
)
