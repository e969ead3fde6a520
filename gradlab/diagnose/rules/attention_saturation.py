"""The scores of an attention are so far apart in the beginning that each place looks at one other, and nothing can change that.

    weights = softmax(q @ k.T / √d)

Scores of vectors with d independent numbers of variance 1 have a variance of d: without the root, or with weights that begin
too large, the greatest score of a row wins by far. Then the row is 1 at one place and 0 elsewhere, where the derivative of
softmax, z · (1 - z), is 0.

What is measured is how far the scores of a row are apart, those aside that a mask hides.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Wrap
from gradlab.diagnose.rule import Rule
from gradlab.graph.graph import Node
from gradlab.op import Array

SPREAD, EVEN, HIDDEN = 10.0, 0.35, -1e4
"""Standard deviation of the scores of a row; entropy of its weights over the largest; below the last a mask hides a score."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for the softmax within the network whose scores are farthest apart."""
    graph, outputs = examination.graph, {out.node for out in examination.roles.outputs}
    learned, found = _made_of_learned(examination), list[tuple[float, Node, float]]()
    for node in graph.nodes[: examination.roles.root + 1]:
        curve = node.op.curve_of(node.attrs)
        weights = node.op.role == "activation" and node.op.applies == "softmax" and curve.range[0] >= 0  # no logarithms
        inside = node.phase == "f" and weights
        if not inside or node.index in outputs or node.index not in learned:
            continue
        scores = examination.first.value(node.inputs[0])
        if scores is not None and scores.ndim:
            spread, even = _spread(np.moveaxis(scores, int(node.attrs.get("axis", -1)), -1))
            found.append((spread, node, even))
    broken = [one for one in found if one[0] > SPREAD or one[2] < EVEN]
    if broken:
        yield _finding(examination, *max(broken, key=lambda one: one[0]))


def _made_of_learned(examination: Examination) -> set[int]:
    """Return what is made of parameters that are moved: the weights of a teacher never learn."""
    graph, objective = examination.graph, examination.objective
    made = {node.index for node in graph.params} if objective is None else set(objective.params)
    for node in graph.nodes:
        if node.phase == "f" and not made.isdisjoint(node.inputs):
            made.add(node.index)
    return made


def _spread(scores: Array) -> tuple[float, float]:
    """Return the standard deviation of the scores within their rows, and the entropy of the weights, 1 where all are alike."""
    rows = np.asarray(scores, np.float64).reshape(-1, scores.shape[-1])
    seen = np.isfinite(rows) & (rows > HIDDEN)
    rows, seen = rows[seen.sum(axis=1) > 1], seen[seen.sum(axis=1) > 1]
    if not len(rows):
        return 0.0, 1.0
    count = seen.sum(axis=1, keepdims=True)
    middle = np.where(seen, rows, 0.0).sum(axis=1, keepdims=True) / count
    away = np.where(seen, rows - middle, 0.0)
    return float(np.sqrt(np.sum(away**2) / np.sum(count))), float(np.mean(_entropy(np.where(seen, rows, -np.inf), count[:, 0])))


def _entropy(rows: npt.NDArray[np.float64], count: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    odds = np.exp(rows - rows.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    logs = np.where(odds > 0, np.log(np.where(odds > 0, odds, 1.0)), 0.0)
    found: npt.NDArray[np.float64] = -np.sum(odds * logs, axis=1) / np.log(count)
    return found


def _finding(examination: Examination, spread: float, node: Node, even: float) -> Finding:
    scores = examination.graph.nodes[node.inputs[0]]
    return Finding(
        f"the attention in `{node.name}` is saturated before it has learned: the scores of a row are {spread:.3g} apart",
        node=node.index,
        statistic="standard deviation of the scores of a row, what is masked aside",
        value=spread,
        threshold=SPREAD,
        at=0,
        evidence=(f"the entropy of a row is {even:.2f} of the largest, where healthy ones begin above 0.9",),
        fixes=(
            Fix("divide the scores by how far they are apart", (Wrap(f"({{}}) / {spread:.3g}", scores.index),), rates=True),
        ),
    )


DATA = 'x, t = dataset("digits", split="train", batch=32, scale="standard")\ns = reshape(x, (32, 8, 8))\n'
HEADS = "q = dense(s, 64{0})\nk = dense(s, 64{0})\nv = dense(s, 16)\n"
NET = "y = dense(mean(a @ v, axis=1), 10)\nloss = cross_entropy(y, t)\nminimize(loss, adam(0.003))\n"
RULE = Rule(
    "attention_saturation",
    find,
    reads=("graph", "first", "roles"),
    id="F1",
    statistic="standard deviation of the scores of a row in update 0, what is masked aside",
    threshold="10, or an entropy below 0.35 of the largest; healthy ones have 0.5 to 1.2 and 0.94 to 0.99, as measured",
    source="Vaswani et al., *Attention is all you need*, NeurIPS 2017, sec. 3.2.1",
    remedy="scores divided by √d, weights that begin smaller",
    traps="scores that a mask sets to -1e9, the softmax of an output",
    faulty=DATA + HEADS.format(", init=normal(1.0)") + "a = softmax(q @ transpose(k, (0, 2, 1)))\n" + NET,
    healthy=DATA + HEADS.format("") + "a = softmax(q @ transpose(k, (0, 2, 1)) / 8)\n" + NET,
    updates=200,
    rank=90,
    doc=__doc__ or "",
)
