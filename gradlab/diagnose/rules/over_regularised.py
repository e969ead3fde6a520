"""The weights are pulled to 0 harder than the data pull them anywhere.

    ΔW ∝ -(∂L/∂W + λ · W)

Where λ · ‖W‖ is larger than the gradient of the data, the weights shrink whatever the data say, and the output becomes a
constant. A decay that AdamW takes away beside the step is compared with the step itself, which has a size of about 1 times
the rate. Late in a training that goes well the gradient of the data fades, and the two balance: so the beginning counts, and
weights that have lost nine tenths of their length.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.bounds import made_of_data
from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Edit, Fix, Hyper
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.sight import Sight
from gradlab.graph.graph import Graph, Node

PULL, LEFT, LESS = 1.0, 0.1, 0.01
"""λ‖W‖ over the gradient of the data, what is left of the length of the weights, what is tried."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for all weights together."""
    weights = _weights(examination)
    sights = [sight for sight in (examination.first, examination.early) if sight is not None]
    pulls = [pull for sight in sights if (pull := _pull(examination, sight, weights)) is not None]
    decayed = [w for w in weights if _decays(examination, w)]
    if not decayed or not pulls or max(pulls) == 0:
        return
    begun, ended = (_length(examination, update, decayed) for update in (0, examination.updates))
    left = ended / begun if begun > 0 and np.isfinite(ended) else 1.0
    if min(pulls) <= PULL and left >= LEFT:
        return
    text = f"the weights are pulled to 0 with {pulls[0]:.3g} times the gradient of the data in update 0"
    strongest = weights[int(np.argmax([examination.graph.nodes[w].size for w in weights]))]
    yield Finding(
        f"{text}, and {left:.0%} of their length is left at the end",
        node=strongest,
        statistic="λ · ‖W‖ over the norm of the gradient of the data",
        value=pulls[0],
        threshold=PULL,
        at=0,
        evidence=(f"‖W‖ was {begun:.4g} and is {ended:.4g}",),
        fixes=_fixes(examination),
    )


def _weights(examination: Examination) -> list[int]:
    """Return the matrices that are moved."""
    params = examination.objective.params if examination.objective else ()
    return [p for p in params if len(examination.graph.nodes[p].shape) > 1]


def _decays(examination: Examination, param: int) -> bool:
    """Whether something pulls a matrix to 0 in the first update."""
    numbers = examination.optimizer.numbers if examination.optimizer else {}
    return any(numbers.get(name) for name in ("l2", "decay")) or bool(
        np.any(_of_penalties(examination, examination.first, param))
    )


def _length(examination: Examination, update: int, weights: list[int]) -> float:
    leaves = examination.leaves.get(update, {})
    return float(np.sqrt(sum(float(np.sum(np.square(leaves[w], dtype=np.float64))) for w in weights if w in leaves)))


def _pull(examination: Examination, sight: Sight, weights: list[int]) -> float | None:
    """Return the pull to 0 over the gradient of the data, both over all matrices; None where there is no gradient."""
    optimizer = examination.optimizer
    decay = optimizer.numbers.get("l2", 0.0) if optimizer else 0.0
    beside = optimizer.numbers.get("decay", 0.0) if optimizer else 0.0
    pulled = data = size = 0.0
    for w in weights:
        value, grad = sight.value(w), sight.grad(w)
        if value is None or grad is None or not np.isfinite(grad).all():
            continue
        inside = _of_penalties(examination, sight, w)
        pulled += float(np.sum((inside + decay * value) ** 2))
        data += float(np.sum((grad - inside) ** 2))
        size += float(np.mean(np.square(value)))
    if beside:
        return beside * float(np.sqrt(size / max(len(weights), 1)))
    return float(np.sqrt(pulled / data)) if data > 0 else None


def _of_penalties(examination: Examination, sight: Sight, param: int) -> np.typing.NDArray[np.float64]:
    """Return the part of a parameter's gradient that penalties send: ops of parameters alone that end in one number."""
    graph, found = examination.graph, np.zeros(examination.graph.nodes[param].shape)
    for node in graph.nodes[param + 1 : examination.roles.root + 1]:
        if param in node.inputs and node.op.role != "shape" and _ends_alone(graph, node, examination.roles.root):
            sent = sight.sent(node.index, param)
            found += 0.0 if sent is None or not np.isfinite(sent).all() else sent
    return found


def _ends_alone(graph: Graph, node: Node, root: int) -> bool:
    """Whether what is made of a value meets the data first when it is a single number, as a penalty does."""
    data, alone = made_of_data(graph), {node.index}
    if node.index in data:
        return False
    for later in graph.nodes[node.index + 1 : root + 1]:
        mine = alone.intersection(later.inputs)
        if mine and later.index not in data:
            alone.add(later.index)
        elif any(graph.nodes[i].size > 1 for i in mine):
            return False
    return True


def _fixes(examination: Examination) -> tuple[Fix, ...]:
    """Return the changes: a hundredth of what pulls."""
    numbers = examination.optimizer.numbers if examination.optimizer else {}
    edits: list[Edit] = [Hyper(name, f"({{}}) * {LESS}") for name in ("l2", "decay") if numbers.get(name)]
    nodes = examination.graph.nodes
    penalties = [node for node in nodes if node.phase == "f" and node.op.role == "penalty"]
    edits += [Argument("strength", f"({{}}) * {LESS}", node.index) for node in penalties]
    return (Fix("a decay that is a hundred times weaker", tuple(edits)),)


DATA = 'x, t = dataset("circles", n=400, noise=0.1, factor=0.5, split="train", test=0.3, batch=32, target="column")\n'
NET = "h = relu(dense(x, 16, init=he))\ny = dense(h, 1)\nloss = bce(y, t)\nminimize(loss, sgd(0.5), l2={})\n"
RULE = Rule(
    "over_regularised",
    find,
    reads=("graph", "first", "objective", "optimizer"),
    id="B8",
    statistic="λ · ‖W‖ over the norm of the gradient of the data, in updates 0 and 5; the length of the weights at the end",
    threshold="above 1 in both, or less than a tenth of the length is left",
    source="Krogh & Hertz, *A simple weight decay can improve generalization*, 1991; the bounds: gradlab's calibration",
    remedy="a weaker decay",
    traps="a decay beside the step late in training, a gradient that has faded because the network has learned",
    faulty=DATA + NET.format("1.0"),
    healthy=DATA + NET.format("1e-4"),
    updates=300,
    rank=71,
    doc=__doc__ or "",
)
