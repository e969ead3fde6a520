"""A softmax over one number: it is 1 whatever the number is, and its derivative is 0.

    softmax(x) = e ** x / Σ e ** x = 1 where the sum has one term

Nothing in front of it gets a gradient through it, so nothing learns; the output says the same class for every sample.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Swap
from gradlab.diagnose.rule import Rule
from gradlab.graph.graph import Node


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for each softmax, also inside of a loss, that an output leaves by and that has one unit."""
    nodes = examination.graph.nodes
    for out in examination.roles.outputs:
        for index in dict.fromkeys((out.node, out.loss)):
            node = nodes[index]
            if node.op.applies == "softmax" and _width(examination, node) == 1:
                yield _found(examination, node)
        node = nodes[out.node]
        if out.normalised and node.shape[-1:] == (1,) and node.op.applies != "softmax":
            yield _divided(node)


def _divided(node: Node) -> Finding:
    """Return the same of one unit that is divided by its own sum, as a cross-entropy of classes by hand does it."""
    return Finding(
        f"`{node.name}` is one unit, and is divided by its own sum: that gives 1 for every sample, and its derivative is 0",
        node=node.index,
        statistic="numbers that the sum of an output is over",
        value=1.0,
        threshold=1.0,
        at=0,
        evidence=("two classes by one unit want a binary cross-entropy, -(t · log p + (1 - t) · log(1 - p))",),
        fixes=(Fix("take the binary cross-entropy, or a unit for each class"),),
    )


def _width(examination: Examination, node: Node) -> int:
    """Return over how many numbers it is taken."""
    shape = examination.graph.nodes[node.inputs[0]].shape
    return shape[int(node.attrs.get("axis", -1))] if shape else 1


def _found(examination: Examination, node: Node) -> Finding:
    values = examination.first.value(node.index)
    spread = float(np.std(values)) if values is not None else 0.0
    loss = node.op.role == "loss"
    return Finding(
        f"the softmax of `{node.name}` is over one unit: it gives 1 for every sample, and its derivative is 0",
        node=node.index,
        statistic="spread of the output over the samples",
        value=0.0 if loss else spread,
        threshold=0.0,
        at=0,
        evidence=("two classes by one unit want a sigmoid; a softmax wants a unit for each class",),
        fixes=() if loss else (Fix("put `sigmoid` in its place", (Swap("sigmoid", node.index),)),),
    )


DATA = 'x, t = dataset("circles", n=400, noise=0.1, factor=0.5, split="train", test=0.3, batch=32, target="column")\n'
HAND = "loss = mean(-(t * log(p + 1e-7) + (1 - t) * log(1 - p + 1e-7)))\nminimize(loss, adam(0.01))\n"
RULE = Rule(
    "softmax_1unit",
    find,
    reads=("graph", "first", "roles"),
    id="A4",
    statistic="numbers that the softmax of an output is over",
    threshold="1",
    source="the derivative of softmax, z · (g - Σ g · z), with z = 1",
    remedy="a sigmoid, or a unit for each class",
    traps="attention over a single place: only the output is asked",
    faulty=DATA + "h = relu(dense(x, 16, init=he))\np = softmax(dense(h, 1))\n" + HAND,
    healthy='x, t = dataset("iris", split="train", batch=30, target="onehot")\nh = relu(dense(x, 16, init=he))\n'
    "p = softmax(dense(h, 3))\nloss = -mean(sum(t * log(p + 1e-7), axis=1))\nminimize(loss, adam(0.01))\n",
    updates=300,
    rank=10,
    doc=__doc__ or "",
)
