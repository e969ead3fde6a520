"""Where the first NaN or infinity came up, in the first of the updates that were looked at in which there is one.

A number that is not finite spreads to all that reads it: only the op that made one is told, or the leaf that is given with a
NaN. An infinity that is given is none: people mask with -inf. What an update made of a parameter is traced back to the update
in which that began.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.rule import Rule


def find(examination: Examination) -> Iterator[Finding]:
    """Return the origins of the first update that has one."""
    for sight in filter(None, (examination.first, examination.early, examination.last)):
        if sight.origins:
            for one in sight.origins:
                at = sight.update if one.update < 0 else one.update
                layer = examination.graph.nodes[one.node].layer if one.node >= 0 else ""
                yield Finding(one.text, one.node, layer, "numbers that are not finite", at=at)
            return


RULE = Rule(
    "nan_origin",
    find,
    reads=("graph", "first"),
    id="B6",
    statistic="the first NaN that an op makes of none, the first infinity of finite numbers",
    threshold="one number",
    remedy="a loss of logits, an eps under a root or a log, clipped gradients, `where` with a masked input",
    faulty="x = param(-1.0)\nloss = square(log(x))\nminimize(loss, sgd(0.1))\n",
    healthy="x = param(2.0)\nloss = square(log(x))\nminimize(loss, sgd(0.1))\n",
    source="anomaly mode of PyTorch; IEEE 754",
    rank=20,
    stays=True,
    updates=20,
    doc=__doc__ or "",
)
