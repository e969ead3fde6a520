"""The first loss is far above what a network pays that says nothing: it begins sure, and wrong.

Before anything is learned the right thing to say is how frequent each class is, or the mean of the targets: L_c. Weights of
the last layer that are too large say anything else, and the first updates are spent on taking that back: the loss falls like
a hockey stick. What counts is the greater of L_c and the loss of outputs that are 0 everywhere: with rare classes, or
targets away from 0, a network may begin there.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.bounds import made_of_data
from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.roles import Output
from gradlab.diagnose.rule import Rule
from gradlab.graph.graph import Graph, Node

TIMES, ARRIVED = 2.5, 1.05
"""How much greater the first loss is, and, of L_c, from where on a run has not come down to it."""
SHALLOW = 3
"""Ops that may be between the last weights and the output: a bias by hand, an activation."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where the first loss of all data is that far above chance."""
    chance, first = _nothing_said(examination), examination.begun.loss - _beside(examination)
    out = examination.roles.output
    if chance is None or out is None or not np.isfinite(first) or first <= TIMES * chance:
        return
    last = _last_weights(examination.graph, out)
    node = examination.graph.nodes[out.node] if last is None else last
    value = examination.first.value(out.source)
    size = f", whose first numbers have an RMS of {float(np.sqrt(np.mean(np.square(value)))):.3g}" if value is not None else ""
    yield Finding(
        f"the first loss is {first:.4g}, {first / chance:.3g} times the {chance:.4g} of outputs that say nothing",
        node=node.index,
        statistic="first loss, as a share of that of the best constant output",
        value=first / chance,
        threshold=TIMES,
        at=0,
        evidence=(f"the output is `{examination.graph.nodes[out.node].name}`{size}",),
        fixes=(Fix("begin the last layer with small weights", (Argument("init", "normal(0.01)", node.index),), rates=True),),
        most="error" if _still_falls(examination, first) else "info",
    )


def _still_falls(examination: Examination, first: float) -> bool:
    """Whether a run has ended on its way down to L_c: one that came there, or went up, has another fault."""
    chance, end = examination.chance, examination.end
    return chance is not None and end is not None and ARRIVED * chance < end < first


def _nothing_said(examination: Examination) -> float | None:
    """Return L_c, or the loss with all parameters 0 where that is greater and can be told."""
    if examination.chance is None or examination.chance <= 1e-12:
        return None
    zeros = {node.index: np.zeros(node.shape) for node in examination.graph.params}
    machine = next(iter(examination.bench.passes({**examination.leaves[0], **zeros}, "eval", 1)))
    silent = float(machine.value(examination.roles.root).reshape(-1)[0])
    return max(examination.chance, silent) if np.isfinite(silent) else examination.chance


def _beside(examination: Examination) -> float:
    """Return what the loss asks of the parameters alone in the first update: penalties that are added to it."""
    graph, data, found = examination.graph, made_of_data(examination.graph), 0.0
    node = graph.nodes[examination.roles.root]
    while node.op.operator == "+" and node.index in data:
        beside = [i for i in node.inputs if i not in data]
        values = [value for i in beside if (value := examination.first.value(i)) is not None]
        found += float(sum(np.sum(value) for value in values))
        node = graph.nodes[next(i for i in node.inputs if i in data)]
    return found


def _last_weights(graph: Graph, out: Output) -> Node | None:
    """Return the op that weighs last before the output."""
    node = graph.nodes[out.source]
    for _ in range(SHALLOW):
        if node.op.role == "weigh" or not node.inputs:
            break
        node = graph.nodes[node.inputs[0]]
    return node if node.op.role == "weigh" else None


DATA = 'x, t = dataset("digits", split="train", batch=32, scale="standard")\nh = relu(dense(x, 32, init=he))\n'
TRAINED = "loss = cross_entropy(y, t)\nminimize(loss, sgd(0.01))\n"
RULE = Rule(
    "initial_loss",
    find,
    reads=("graph", "first", "roles", "begun", "chance", "start"),
    id="A8",
    statistic="first loss over the loss of the best constant output",
    threshold="2.5",
    source="Karpathy, *A recipe for training neural networks*, 2019 (verify the loss at init); 2.5: gradlab's calibration",
    remedy="a last layer that begins with small weights, its bias at the log-odds or the mean",
    traps="imbalanced classes (the prior is what counts), targets that are not scaled, inputs that are not",
    faulty=DATA + "y = dense(h, 10, init=normal(1))\n" + TRAINED,
    healthy=DATA + "y = dense(h, 10, init=normal(0.01))\n" + TRAINED,
    updates=100,
    rank=53,
    doc=__doc__ or "",
)
