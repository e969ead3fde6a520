"""A parameter gets a gradient and does not move.

Either no `minimize` moves it (`over=` names other layers, `freeze` or `none` holds it), or its steps are 0: a rate of 0, or
steps that are lost to rounding. It is meant where a network was trained before and only its head is to learn; where it
begins at random, the layers behind it must do with what it gives.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper
from gradlab.diagnose.fixes._model import is_written
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._params import named, share


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for all such parameters together."""
    graph, objective = examination.graph, examination.objective
    if objective is None or len(graph.objectives) > 1:
        return
    still = [node.index for node in graph.params if _is_pulled(examination, node.index) and _stands(examination, node.index)]
    if not still:
        return
    left_out = [p for p in still if p not in objective.params]
    why = "no `minimize` moves it" if left_out else "all its steps are 0"
    loaded = bool(examination.lab.run.origin.source)
    yield Finding(
        f"{named(graph, still)} gets a gradient and does not move: {why}",
        node=still[0],
        statistic="largest change of a parameter over the run",
        value=0.0,
        threshold=0.0,
        at=examination.updates,
        evidence=(f"{share(graph, still, [node.index for node in graph.params])} stand still",),
        fixes=(_fix(examination, bool(left_out)),),
        most="info" if loaded or not examination.roles.task else "error",
    )


def _fix(examination: Examination, left_out: bool) -> Fix:
    """Return what lets the parameters move. left_out: whether some are left out by what is written in `minimize`."""
    if not left_out:
        return Fix("a larger rate")
    written = [name for name in ("over", "freeze") if is_written(examination, "minimize", name)]
    return Fix("train all parameters", tuple(Hyper(name, "None") for name in written))


def _is_pulled(examination: Examination, param: int) -> bool:
    grad = examination.first.grad(param)
    return grad is not None and bool(np.any(grad)) and bool(np.isfinite(grad).all())


def _stands(examination: Examination, param: int) -> bool:
    """Whether a parameter has the numbers that it began with."""
    begun, ended = (examination.leaves[update].get(param) for update in (0, examination.updates))
    if begun is None or ended is None:
        begun, ended = examination.first.value(param), examination.last.value(param)
    return begun is not None and ended is not None and np.array_equal(begun, ended)


DATA = 'x, t = dataset("circles", n=400, noise=0.1, factor=0.5, split="train", test=0.3, batch=32, target="column")\n'
NET = "h = relu(dense(x, {}, init=he))\ny = dense(h, 1)\nloss = bce(y, t)\nminimize(loss, adam(0.01){})\n"
RULE = Rule(
    "frozen_param",
    find,
    reads=("graph", "first", "last", "objective"),
    id="B3",
    statistic="largest change of a parameter over the run, where a gradient arrives",
    threshold="0",
    source="the update rule: ΔW = 0 with ∂L/∂W ≠ 0; Schoop et al., *UMLAUT*, CHI 2021",
    remedy="name the parameter in `minimize`, thaw it, or raise its rate",
    traps="layers that were trained before; several `minimize`, each with its own part",
    faulty=DATA + NET.format(2, ', over="y"'),
    healthy=DATA + NET.format(16, ""),
    updates=300,
    rank=25,
    doc=__doc__ or "",
)
