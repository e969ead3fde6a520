"""The loss is a sum over the samples of a batch, not their mean.

    L = Σ l_i           ∂L/∂W is B times that of the mean, and so is a step of gradient descent

A rate that is right for the mean is B times too large then, and it has to be found anew for every size of a batch. Adam divides
the factor out again. Whoever chose the rate for the sum trains well: it is a fact, and a fault only where the rate rules out
learning.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.bounds import made_of_params
from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Hyper, Wrap
from gradlab.diagnose.roles import Roles
from gradlab.diagnose.rule import Rule
from gradlab.graph.graph import Graph, Node

STEP = 0.3
"""The relative step of a matrix, as the median of the first ones, from which a rate is too high."""
FEWEST = 8
"""Samples of a batch from which a factor of as much can be the fault."""
PART = 0.25
"""Of a batch: a sum over the samples with a weight, ½ say, counts them, too; a mean over them is 1 / B of it.

Of a small batch √B, which is as far from a mean, 1, as from a sum, B.
"""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where the first op that gives one number for a whole batch adds the samples up."""
    batch = examination.batch
    if batch < 2:
        return
    for node in _summing(examination.graph, examination.roles, batch):
        factor = _factor(examination, node, batch)
        if factor > _least(batch):
            yield _found(examination, node, factor, batch)
            return


def _least(batch: int) -> float:
    """Return the factor from which samples are added up."""
    return float(max(PART * batch, np.sqrt(batch)))


def _summing(graph: Graph, roles: Roles, batch: int) -> Iterator[Node]:
    """Yield the ops on the way to the loss that read samples and give none: of samples (B, …) a value without that axis."""
    made, sampled = made_of_params(graph), {*roles.inputs, *roles.targets}
    for node in graph.nodes[: roles.root + 1]:
        if not sampled.isdisjoint(node.inputs):
            sampled.add(node.index)
        if node.phase != "f" or node.index not in made or node.op.role not in ("reduce", "loss") or node.index in graph.derived:
            continue
        samples = [graph.nodes[i] for i in node.inputs if graph.nodes[i].shape[:1] == (batch,) and i in made and i in sampled]
        if samples and node.shape[:1] != (batch,):
            yield node


def _factor(examination: Examination, node: Node, batch: int) -> float:
    """Return what the loss changes by when each of the samples has 1 more: B for their sum, 1 for their mean.

    A weight above 1 that stands in front of a mean makes no sum of it, and a sum that is divided later is a mean.
    """
    grad = examination.first.grad(node.index)
    if grad is None or not np.isfinite(grad).all() or not np.any(grad):
        return 0.0
    weight = float(np.max(np.abs(grad)))
    if node.op.has_terms:
        own = 1.0 if node.attrs.get("reduction") == "sum" else 0.0
    else:
        source = next(i for i in node.inputs if examination.graph.nodes[i].shape[:1] == (batch,))
        sent = examination.first.sent(node.index, source)
        own = 0.0 if sent is None or not np.isfinite(sent).all() else float(np.max(np.abs(sent))) / weight
    return min(own, own * weight) * batch


def _found(examination: Examination, node: Node, factor: float, batch: int) -> Finding:
    if "reduction" in node.attrs:
        change = Fix("take the mean over the samples", (Argument("reduction", '"mean"', node.index),), rates=True)
    else:
        change = Fix("divide by the samples of a batch", (Wrap(f"({{}}) / {batch}", node.index),), rates=True)
    return Finding(
        f"`{node.name}` adds up the {batch} samples of a batch: gradients are {factor:.3g} times those of their mean",
        node=node.index,
        statistic="what the loss changes by when each sample has 1 more",
        value=factor,
        threshold=_least(batch),
        at=0,
        most="error" if batch >= FEWEST and _leaps(examination) else "info",
        fixes=(change, Fix(f"a rate that is {batch} times smaller", (Hyper("lr", f"({{}}) / {batch}"),))),
    )


def _leaps(examination: Examination) -> bool:
    """Whether the first steps are too large, or the loss has risen."""
    series, losses = examination.series, [loss for _, loss in examination.losses]
    steps = [u[:5] for w, u in series.size.items() if len(examination.graph.nodes[w].shape) > 1] if series else []
    large = [float(np.median(u)) for u in steps if len(u) and np.isfinite(u).all()]
    risen = len(losses) > 1 and not max(losses[-max(1, len(losses) // 10) :]) <= losses[0]
    return (bool(large) and max(large) > STEP) or risen


DATA = 'x, t = dataset("moons", n=400, noise=0.1, split="train", test=0.3, batch=32, target="column")\n'
NET = "h = relu(dense(x, 16, init=he))\ny = dense(h, 1)\n"
RULE = Rule(
    "sum_reduction",
    find,
    reads=("graph", "first", "roles"),
    id="A7",
    statistic="what the loss changes by when the loss of each sample has 1 more",
    threshold="a quarter of the batch, and its square root; a mean has 1",
    source="Ben Braiek & Khomh, *TheDeepChecker*, 2023 (the loss of a doubled batch); the sum over a batch of B is B means",
    remedy='`reduction="mean"`, or a rate that is B times smaller',
    traps="a rate that was chosen for the sum, Adam, sums over features and pixels",
    faulty=DATA + NET + 'loss = bce(y, t, reduction="sum")\nminimize(loss, sgd(0.001))\n',
    healthy=DATA + NET + "loss = bce(y, t)\nminimize(loss, sgd(0.1))\n",
    updates=300,
    rank=13,
    doc=__doc__ or "",
)
