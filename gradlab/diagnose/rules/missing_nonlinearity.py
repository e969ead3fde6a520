"""Two layers of weights one behind the other with nothing that bends between them: together they are one.

    (x @ W1 + b1) @ W2 + b2 = x @ (W1 @ W2) + (b1 @ W2 + b2)

Such a network can separate no more than a single layer can, however deep it is. What bends is an activation, a normalisation,
a pooling by the greatest, a product of two values. A narrow layer between two wide ones is one on purpose, as are the two steps
of one layer of the library, and a layer whose output goes around a branch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gradlab.diagnose.bounds import made_of_params
from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Wrap
from gradlab.diagnose.rule import Rule
from gradlab.graph.graph import Graph, Node

MOST = 3
"""Layers that are told each."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A weighted value that goes straight into the next weights. first: that value.   last: the end of its way there."""

    first: Node
    last: Node


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for all such pairs together."""
    pairs = list(_pairs(examination.graph, examination.roles.root))
    if not pairs:
        return
    weighed = sum(1 for _ in _weighed(examination.graph, examination.roles.root))
    names = ", ".join(f"`{pair.last.name}`" for pair in pairs[:MOST]) + (" and others" if len(pairs) > MOST else "")
    edits = tuple(Wrap("relu({})", pair.last.index) for pair in pairs)
    yield Finding(
        f"nothing bends between the weights behind {names}: {len(pairs) + 1} layers are as much as one",
        node=pairs[0].last.index,
        statistic="layers whose output goes straight into the next weights",
        value=float(len(pairs)),
        threshold=0.0,
        evidence=(f"of {weighed} layers with weights",),
        fixes=(Fix("put a `relu` behind each hidden layer", edits),),
        most="error" if examination.roles.task else "info",
    )


def _weighed(graph: Graph, root: int) -> Iterator[Node]:
    """Yield the nodes that weigh a value of the model by parameters, leaves aside."""
    for node in graph.nodes[: root + 1]:
        if node.phase == "f" and node.index not in graph.derived and node.op.role == "weigh" and _by_parameters(graph, node):
            yield node


def _by_parameters(graph: Graph, node: Node) -> bool:
    """Whether one operand is a parameter, or only made of some by shapes, and another one is a value."""
    kinds = [_is_weights(graph, index) for index in node.inputs]
    return any(kinds) and not all(kinds)


def _is_weights(graph: Graph, index: int) -> bool:
    node = graph.nodes[index]
    while node.op.role == "shape" and len(node.inputs) == 1:
        node = graph.nodes[node.inputs[0]]
    return node.op.role == "parameter"


def _pairs(graph: Graph, root: int) -> Iterator[_Pair]:
    readers = _readers(graph, root)
    weighed = {node.index for node in _weighed(graph, root)}
    for index in sorted(weighed):
        last = _straight(graph, readers, weighed, graph.nodes[index])
        if last is not None:
            following = readers[last.index]
            if not _on_purpose(graph, graph.nodes[index], following):
                yield _Pair(graph.nodes[index], last)


def _readers(graph: Graph, root: int) -> dict[int, list[Node]]:
    found: dict[int, list[Node]] = {node.index: [] for node in graph.nodes}
    for node in graph.nodes[: root + 1]:
        if node.phase == "f" and node.index not in graph.derived:
            for source in dict.fromkeys(node.inputs):
                found[source].append(node)
    return found


def _straight(graph: Graph, readers: dict[int, list[Node]], weighed: set[int], node: Node) -> Node | None:
    """Follow a weighted value; return the last node before the next weights, or None where something else reads it."""
    while True:
        after = readers[node.index]
        if after and all(one.index in weighed and not _is_weights(graph, node.index) for one in after):
            return node
        if len(after) != 1 or not _is_straight(graph, after[0], node):
            return None
        (node,) = after


def _is_straight(graph: Graph, node: Node, source: Node) -> bool:
    """Whether an op only moves or shifts a value: a shape, or a sum or product with a parameter or a number."""
    others = [i for i in node.inputs if i != source.index]
    if node.op.role == "shape":
        return not others
    fixed = all(_is_weights(graph, i) or graph.nodes[i].op.role == "constant" for i in others)
    return node.op.operator in ("+", "-", "*", "/") and bool(others) and fixed


def _on_purpose(graph: Graph, node: Node, following: list[Node]) -> bool:
    """Whether a linear layer is one by design: narrower than what is on both sides, or part of one layer of the library."""
    given = max(
        (graph.nodes[i].shape[-1] for i in node.inputs if graph.nodes[i].shape and not _is_weights(graph, i)), default=0
    )
    own, wide = node.shape[-1], max(one.shape[-1] if one.shape else 1 for one in following)
    narrow = own < given and own < wide
    together = bool(node.scope) and any(one.scope == node.scope for one in following)
    words = any(graph.nodes[i].op.words for i in node.inputs)
    return narrow or together or words or node.index not in made_of_params(graph)


DATA = 'x, t = dataset("circles", n=400, noise=0.1, factor=0.5, split="train", test=0.3, batch=32, target="column")\n'
TRAINED = "y = dense(h, 1)\nloss = bce(y, t)\nminimize(loss, adam(0.01))\n"
RULE = Rule(
    "missing_nonlinearity",
    find,
    reads=("graph", "roles"),
    id="A10",
    statistic="layers whose output goes straight into the next weights",
    threshold="one",
    source="the product of matrices is a matrix: Goodfellow et al., *Deep Learning*, 2016, sec. 6.1",
    remedy="an activation behind each hidden layer",
    traps="a bottleneck, a projection of words, two steps of a separable convolution, the stream of a residual network, an "
    "output layer",
    faulty=DATA + "h = dense(x, 16)\nh = dense(h, 16)\nh = dense(h, 16)\n" + TRAINED,
    healthy=DATA + "h = tanh(dense(x, 16))\nh = tanh(dense(h, 16))\nh = tanh(dense(h, 16))\n" + TRAINED,
    updates=300,
    rank=113,
    doc=__doc__ or "",
)
