"""A loss that applies the softmax or the sigmoid itself is given what one has squashed already.

`cross_entropy` and `bce` take logits, which may be any numbers. Probabilities are logits that lie between 0 and 1: then the
best that C classes can come to is not 0 but

    log(1 + (C - 1) · e ** -w)          w: how far apart two logits can be, 1 behind a softmax

which is 0.55 for three classes and 1.46 for ten, and the gradient is damped by the softmax in between. The same holds for
logits that a tanh or a cosine keeps within bounds, and a constant factor widens: what the ops allow is what counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, isfinite, log

from gradlab.diagnose.bounds import bounds
from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Unwrap
from gradlab.diagnose.roles import Output
from gradlab.diagnose.rule import Rule
from gradlab.graph.graph import Node
from gradlab.op import Range
from gradlab.train.activations import activations

FLOOR = 0.1
"""Of the loss of equal shares: logits that a factor of 5 spreads come below."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for each output whose logits are held so near together that the loss cannot become small."""
    nodes = examination.graph.nodes
    for out in examination.roles.outputs:
        for node in dict.fromkeys((nodes[out.loss], nodes[out.node])):
            if node.op.applies:
                yield from _asked(examination, out, node)


def _asked(examination: Examination, out: Output, node: Node) -> Iterator[Finding]:
    low, high = bounds(examination.graph, node.inputs[0])
    if not isfinite(high - low):
        return
    floor, even = _floor(examination, node, (low, high))
    if even == 0 or floor / even <= FLOOR:
        return
    squashed = examination.graph.nodes[node.inputs[0]]
    bend = activations(examination.graph).get(squashed.index)
    word = bend.word if bend else squashed.op.name
    fixes = (Fix(f"leave `{word}` out: the loss applies it", (Unwrap(squashed.index),)),) if bend else ()
    yield Finding(
        f"`{node.name}` takes logits and is given what `{word}` holds between {low:g} and {high:g}: its loss cannot come below "
        f"{floor:.3g}",
        node=squashed.index,
        statistic="least loss that such logits allow, as a share of that of equal shares",
        value=floor / even,
        threshold=FLOOR,
        at=0,
        evidence=(f"`{node.op.name}` applies {node.op.applies} to its input itself",),
        fixes=fixes,
    )


def _floor(examination: Examination, node: Node, held: Range) -> tuple[float, float]:
    """Return the least loss of a sample with a sure answer, and that of equal shares."""
    low, high = (end / float(node.attrs.get("temperature", 1.0)) for end in held)
    if node.op.applies == "sigmoid":
        return (log(1 + exp(-high)) + log(1 + exp(low))) / 2, log(2)
    shape = examination.graph.nodes[node.inputs[0]].shape
    classes = shape[int(node.attrs.get("axis", -1))] if shape else 1
    return log(1 + (classes - 1) * exp(low - high)), log(classes)


DATA = 'x, t = dataset("blobs", n=400, centers=3, std=2.0, split="train", batch=32, scale="standard")\n'
HIDDEN = "h = relu(dense(x, 16, init=he))\n"
TRAINED = "loss = cross_entropy(y, t)\nminimize(loss, adam(0.01))\n"
RULE = Rule(
    "double_softmax",
    find,
    reads=("graph", "first", "roles"),
    id="A5",
    statistic="least loss that the bounds of the logits allow, as a share of log C",
    threshold="10 %",
    source="calculus: Σ e ** x over logits within bounds; the floor log(1 + (C - 1) / e) behind a softmax",
    remedy="give the loss the logits",
    traps="a temperature or a factor that spreads the logits, a factor that is learned, log_softmax, which may stand twice",
    faulty=DATA + HIDDEN + "y = softmax(dense(h, 3))\n" + TRAINED,
    healthy=DATA + HIDDEN + "y = dense(h, 3)\n" + TRAINED,
    updates=300,
    rank=12,
    doc=__doc__ or "",
)
