"""Where the first NaN or infinity came up, in the first of the updates that were looked at in which there is one.

A number that is not finite spreads to all that reads it: only the op that made one from finite numbers is told, or the leaf
that is given as one. The backward pass is asked when forward is clean: there it is the first op that sends such a number though
it was sent finite ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.rule import Rule
from gradlab.graph.origin import Finding, nan_origin


def find(examination: Examination) -> Iterator[Finding]:
    """Return the origin, if there is one."""
    for sight in filter(None, (examination.first, examination.early, examination.last)):
        found = nan_origin(examination.graph, sight.value, sight.grad, sight.order)
        if found is not None:
            yield replace(found, update=sight.update)
            return


RULE = Rule(
    "nan_origin",
    find,
    reads=("graph", "first"),
    statistic="the first output that is not finite though all inputs are",
    remedy="a loss of logits, an eps under a root or a log, clipped gradients, `where` with a masked input",
    faulty="x = param(-1.0)\nloss = square(log(x))\nminimize(loss, sgd(0.1))\n",
    healthy="x = param(2.0)\nloss = square(log(x))\nminimize(loss, sgd(0.1))\n",
    doc=__doc__ or "",
)
