"""Dropout in front of a batch norm, whose running variance is then that of training and not that of use.

What is kept is scaled up, which keeps the mean and raises the variance; the batch norm learns the raised one, and meets the
other when the network is used (Li et al. 2019).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Unwrap
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles
from gradlab.diagnose.rules.bn_mismatch import running_statistics
from gradlab.graph.graph import Node

SHIFT = 1.2
FAR = 12
"""Ops that may be between the two."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where the variance at a batch norm differs between the modes, behind a dropout."""
    for node, drop in _pairs(examination):
        source = node.inputs[0]
        train = np.asarray(examination.ended_train.values(source), np.float64)
        use = np.asarray(examination.ended.values(source), np.float64)
        before, behind = float(train.var(axis=0).mean()), float(use.var(axis=0).mean())
        if behind > 0 and not 1 / SHIFT <= before / behind <= SHIFT:
            yield Finding(
                f"{drop.place or drop.name} stands in front of {node.place or node.name}: the variance that it is normalised by"
                f" is {before / behind:.3g} times that in use",
                node=node.index,
                statistic="variance at the batch norm in mode train over that in mode eval",
                value=before / behind,
                threshold=SHIFT,
                at=examination.updates,
                fixes=(Fix("take the dropout away", (Unwrap(drop.index),)), Fix("dropout behind the last batch norm")),
            )
            return


def _pairs(examination: Examination) -> Iterator[tuple[Node, Node]]:
    """Yield each batch norm with a mask that stands shortly before it."""
    nodes = examination.graph.nodes
    buffers = {node.index for node in running_statistics(examination)}
    used = {node.index for node in nodes if buffers & set(node.inputs)}
    for node in nodes:
        if node.op.role == "normalise" and used & set(node.inputs):
            drop = _dropout_before(nodes, node.inputs[0])
            if drop is not None:
                yield node, drop


def _dropout_before(nodes: Sequence[Node], index: int) -> Node | None:
    """Return what a mask is multiplied into on the way to a node, without a batch norm between; None if nothing is."""
    waiting, seen = [index], {index}
    while waiting and len(seen) < FAR:
        node = nodes[waiting.pop()]
        if any(nodes[i].op.role == "mask" for i in node.inputs):
            return node
        if node.op.role == "normalise":
            continue
        fresh = [i for i in node.inputs if i not in seen and not nodes[i].is_leaf]
        seen.update(fresh)
        waiting += fresh
    return None


RULE = Rule(
    "dropout_before_bn",
    find,
    reads=("ended", "ended_train", "graph"),
    id="E6",
    statistic="variance at a batch norm in mode train over that in mode eval, behind a dropout",
    threshold="1.2, or 1 / 1.2",
    source="Li, Chen, Hu & Yang, *Understanding the disharmony between dropout and batch normalization*, CVPR 2019",
    traps="wide layers with a small p, whose variance hardly shifts",
    remedy="dropout behind the last batch norm",
    faulty=circles("h = dropout(relu(dense(x, 32, init=he)), 0.5)\nh = relu(batch_norm(dense(h, 32, init=he)))\n"),
    healthy=circles("h = relu(batch_norm(dense(x, 32, init=he)))\nh = dropout(relu(dense(h, 32, init=he)), 0.2)\n"),
    rank=124,
    most="warning",
    status="unmeasured",
    doc=__doc__ or "",
)
