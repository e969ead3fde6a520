"""Dropout that goes on when the network is used: the same input gives another output each time.

Only masks are asked, so that a sample that is drawn on purpose, as by a variational autoencoder, is none. Who averages over
masks on purpose (Monte Carlo dropout) has this, and means it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles

DIFFER = 1e-9


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding at the first mask that drops something in mode eval."""
    masks = [node for node in examination.graph.nodes if node.op.role == "mask" and node.phase == "f"]
    examination.ended.take([node.index for node in masks])
    for node in masks:
        mask = np.asarray(examination.ended.values(node.index), np.float64)
        spread = float(np.ptp(mask)) if mask.size else 0.0
        if spread > DIFFER:
            yield Finding(
                f"{node.name} drops numbers in mode eval, too: the same input gives another output each time",
                node=node.index,
                statistic="difference of the numbers of a mask in mode eval",
                value=spread,
                threshold=DIFFER,
                at=examination.updates,
                fixes=(Fix("let the mask follow the mode", (Argument("mode", "mode()", node.index),)),),
            )
            return


RULE = Rule(
    "dropout_eval",
    find,
    reads=("ended",),
    id="E5",
    statistic="difference of the numbers of a dropout's mask in mode eval",
    threshold="1e-9",
    source="Srivastava et al. 2014: nothing is dropped at test time",
    traps="Monte Carlo dropout, which is meant; samples that are drawn on purpose are no masks",
    remedy="`dropout(x, p)`, which follows the mode",
    faulty=circles("h = relu(dense(x, 32, init=he))\nh = h * drop_mask(rand(32, 32), 1.0, 0.3)\n"),
    healthy=circles("h = dropout(relu(dense(x, 32, init=he)), 0.3)\n"),
    rank=74,
    stays=True,
    doc=__doc__ or "",
)
