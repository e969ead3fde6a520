"""One class is rare, and is not found.

Of 620 samples 20 are of one class: who never says it is right in 97 % of all cases, and the loss of the rare ones counts a
thirtieth. The accuracy looks good; the share of the rare class that is found, its recall, says what it is worth.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Wrap
from gradlab.diagnose.fixes._model import argument_text
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.scores import classes_of

RATIO, RECALL, FEWEST = 10.0, 0.3, 5
"""The most frequent class over the rarest; the share of the rarest that is found; samples that it has at least."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for the rarest class."""
    roles = examination.roles
    if roles.task != "classes" or roles.output is None or not np.isfinite(examination.end or np.nan):
        return
    scores = examination.ended.scores
    outputs, targets = examination.ended.outputs, examination.ended.targets
    if scores.counts is None or scores.recalls is None or outputs is None or targets is None or len(scores.counts) < 2:
        return
    rarest = int(np.argmin(scores.counts))
    ratio, recall = float(scores.counts.max() / scores.counts[rarest]), float(scores.recalls[rarest])
    if ratio <= RATIO or recall >= RECALL or scores.counts[rarest] < FEWEST:
        return
    found = classes_of(roles, np.asarray(outputs, np.float64), np.asarray(targets, np.float64))
    names = np.unique(found[1]) if found is not None else np.arange(len(scores.counts))
    node = examination.graph.nodes[roles.output.node]
    yield Finding(
        f"of class {names[rarest]:g} there are {scores.counts[rarest]:,} of {scores.counts.sum():,} samples, and {recall:.0%} "
        "of them are found",
        node=node.index,
        statistic="recall of the rarest class",
        value=recall,
        threshold=RECALL,
        at=examination.updates,
        evidence=(f"the most frequent class is {ratio:.3g} times as frequent",),
        fixes=_fixes(examination, scores.counts),
    )


def _fixes(examination: Examination, counts: np.typing.NDArray[np.int64]) -> tuple[Fix, ...]:
    """Return the changes: weights that make all classes count alike, in the form that the loss has."""
    out = examination.roles.output
    assert out is not None
    node = examination.graph.nodes[out.loss]
    text = "let each class count as much as the others"
    width = examination.graph.nodes[out.node].shape[-1:]
    if node.op.applies == "softmax" and width == (len(counts),) and "weights" not in node.attrs:
        weights = ", ".join(f"{counts.sum() / (len(counts) * count):.4g}" for count in counts)
        return (Fix(text, (Argument("weights", f"[{weights}]", node.index),)),)
    target = argument_text(node, 1, "t")
    if node.op.applies == "sigmoid" and len(counts) == 2 and target and node.attrs.get("reduction") == "mean":
        low, high = (counts.sum() / (2 * count) for count in counts)
        rare = target if target.isidentifier() else f"({target})"
        weighted = Wrap(f"mean(({low:.4g} + {high - low:.4g} * {rare}) * {{}})", node.index)
        return (Fix(text, (Argument("reduction", '"none"', node.index), weighted)),)
    return (Fix(text + ": weights in the loss, or rare samples dealt out more often"),)


IMBALANCED = (
    "x = input([[4 * ((0.618034 * k) % 1) - 2 + (1.5 if k >= 600 else 0), 4 * ((0.754878 * k) % 1) - 2] for k in range(620)], "
    'split="train", batch=31)\n'
    't = input([[1 if k >= 600 else 0] for k in range(620)], split="train", batch=31)\n'
)
NET = "h = relu(dense(x, 16, init=he))\ny = dense(h, 1)\nloss = bce(y, t)\nminimize(loss, adam(0.01))\n"
RULE = Rule(
    "imbalance",
    find,
    reads=("graph", "roles", "ended"),
    id="A9",
    statistic="samples of the most frequent class over those of the rarest, and the recall of that",
    threshold="more than 10 times, and a recall below 0.3",
    source="Amazon SageMaker Debugger, rule ClassImbalance; He & Garcia, *Learning from imbalanced data*, TKDE 2009",
    remedy="weights in the loss, samples dealt out more often, a bias that begins at the log-odds",
    traps="a rare class that is found, several labels at once, classes with a handful of samples",
    faulty=IMBALANCED + NET,
    healthy='x, t = dataset("moons", n=400, noise=0.1, split="train", test=0.3, batch=32, target="column")\n' + NET,
    updates=300,
    rank=100,
    doc=__doc__ or "",
)
