"""Where the first NaN or infinity came up, in the first of the updates that were looked at in which there is one.

A number that is not finite spreads to all that reads it: only the op that made one is told, or the leaf that is given with a
NaN. An infinity that is given is none: people mask with -inf. What an update made of a parameter is traced back to the
update in which that began.

In update 0 it is the data or the weights: inputs that are not scaled, weights that are too large, the logarithm of a
probability that has become 0. Later it is mostly a rate that is too high, or what makes the first gradients so large that any
rate is: data or targets that are not scaled, samples that are added up, weights that are too large. A NaN of a branch that was
not taken is told by its own rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper, Wrap
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules.where_nan import broken, masked
from gradlab.graph.origin import Origin

SAFE = 1e-7
"""How near to 0 and 1 a probability may come before its logarithm."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield the origins of the first update that has one."""
    if any(masked(examination.graph, sight) is not None for sight in broken(examination)):
        return
    for sight in filter(None, (examination.first, examination.early, examination.last)):
        if sight.origins:
            yield from (_found(examination, one, sight.update) for one in sight.origins)
            return


def _found(examination: Examination, one: Origin, seen: int) -> Finding:
    at = seen if one.update < 0 else one.update
    layer = examination.graph.nodes[one.node].place if one.node >= 0 else ""
    yields = ("A1", "A2", "A7", "C2", "D5", "D14") if at > 0 else ("C2", "A1")
    return Finding(
        one.text, one.node, layer, "numbers that are not finite", at=at, fixes=_fixes(examination, at), yields=yields,
        placed=True,
    )  # fmt: skip


def _fixes(examination: Examination, at: int) -> tuple[Fix, ...]:
    """Return what may help: a probability that keeps off the ends; later in a run a lower rate, or clipped gradients."""
    out = examination.roles.output
    fixes = []
    if out is not None and out.hand and out.takes == "probabilities":
        change = Wrap(f"clip({{}}, {SAFE:g}, 1 - {SAFE:g})", out.node)
        fixes.append(Fix("keep the probability away from 0 and 1", (change,)))
    if at > 0:
        fixes.append(Fix("a tenth of the rate", (Hyper("lr", "({}) * 0.1"),)))
        fixes.append(Fix("clip the gradient", (Hyper("clip", "1.0"),)))
    return tuple(fixes) or (Fix("a loss of logits, or an eps under the root, the logarithm or the quotient"),)


BLOBS = 'x, t = dataset("blobs", n=400, centers=3, std=2.0, split="train", batch=32, scale="standard", target="onehot")\n'
HIDDEN = "h = relu(dense(x, 16, init=he))\n"
RULE = Rule(
    "nan_origin",
    find,
    reads=("graph", "first"),
    id="B6",
    statistic="the first NaN that an op makes of none, the first infinity of finite numbers",
    threshold="one",
    remedy="a loss of logits, an eps under a root or a log, clipped gradients, `where` with a masked input",
    faulty=BLOBS + HIDDEN + "p = softmax(dense(h, 3, init=normal(300)))\nloss = -mean(sum(t * log(p), axis=1))\n"
    "minimize(loss, adam(0.01))\n",
    healthy=BLOBS + HIDDEN + "y = dense(h, 3)\nloss = cross_entropy(y, t)\nminimize(loss, adam(0.01))\n",
    source="PyTorch's anomaly mode; IEEE 754",
    traps="an infinity that is given, to mask with; a branch that is not taken",
    rank=20,
    stays=True,
    updates=100,
    doc=__doc__ or "",
)
