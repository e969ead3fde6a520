"""Batch norm over so few numbers that its statistics are noise; over one, what leaves it is β whatever comes in.

What counts is the numbers of a channel in a batch: samples of a dense layer, samples times places of a convolution.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Swap
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, each
from gradlab.diagnose.rules.bn_mismatch import running_statistics

FEW = 4


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where a channel has four numbers or fewer in a batch."""
    nodes = examination.graph.nodes
    buffers = {node.index for node in running_statistics(examination)}
    used = {node.index for node in nodes if buffers & set(node.inputs)}
    for node in nodes:
        if node.op.role != "normalise" or not used & set(node.inputs):
            continue
        shape = node.shape
        count = prod(shape) // max(1, shape[1] if len(shape) > 1 else 1)
        if count <= FEW:
            what = "what leaves it is β, whatever comes in" if count == 1 else "its mean and variance are mostly noise"
            yield Finding(
                f"{node.place or node.name} takes statistics of {count} number{'s' * (count != 1)} a channel: {what}",
                node=node.index,
                statistic="numbers of a channel in a batch",
                value=count,
                threshold=FEW,
                at=0,
                fixes=(
                    Fix("layer norm in place of batch norm", (Swap("layer_norm", node.index),)),
                    Fix("batches of eight times the size", (Argument("batch", "{} * 8"),)),
                ),
            )
            return


RULE = Rule(
    "bn_small_batch",
    find,
    reads=("graph", "roles"),
    id="E3",
    statistic="numbers of a channel in a batch, at a batch norm",
    threshold="4",
    source="Wu & He, *Group normalization*, ECCV 2018",
    traps="convolutions, whose channels have height times width numbers a sample",
    remedy="layer norm or group norm, larger batches",
    faulty=circles(each(["relu(batch_norm(dense(h, 32, init=he)))"] * 2), batch=2),
    healthy=circles(each(["relu(batch_norm(dense(h, 32, init=he)))"] * 2)),
    rank=72,
    doc=__doc__ or "",
)
