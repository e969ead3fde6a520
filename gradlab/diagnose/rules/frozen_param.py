"""A parameter gets a gradient and does not move.

Either no `minimize` moves it (`over=` names other layers, `freeze` or `none` holds it), or its steps are 0: a rate of 0, or
steps that are lost to rounding. It is meant where a network was trained before and only its head is to learn; where it
begins at random, the layers behind it must do with what it gives. Of a program that was imported it is only told that its
optimizer does not move them: whether they were left out on purpose, nobody can see.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
    left_out = [p for p in still if p not in objective.params]
    if left_out and _is_of_program(examination):  # a trunk, a teacher, the other player of a game, or one that was forgotten
        stand, them = ("stands", "it") if len(left_out) == 1 else ("stand", "them")
        said = f"{named(graph, left_out)} {stand} still, as in the program: its optimizer does not move {them}"
        yield _found(examination, left_out, said, most="info", placed=True)
        still, left_out = [p for p in still if p in objective.params], []
    if still:
        yield _standing(examination, still, bool(left_out))


def _standing(examination: Examination, still: list[int], left_out: bool) -> Finding:
    """Return the finding about parameters of a scenario. left_out: whether no `minimize` moves some of them."""
    one, lost = len(still) == 1, _are_lost(examination, still)
    it, its = ("it", "its") if one else ("them", "their")
    steps = f"{its} steps are lost to rounding" if lost else f"all {its} steps are 0"
    why = f"no `minimize` moves {it}" if left_out else steps
    what = "gets a gradient and does not move" if one else "get a gradient and do not move"
    loaded = bool(examination.lab.run.origin.source)
    return _found(
        examination, still, f"{named(examination.graph, still)} {what}: {why}",
        fixes=() if lost and not left_out else (_fix(examination, left_out),),
        most="info" if loaded or lost or not examination.roles.task else "error",
    )  # fmt: skip


def _found(examination: Examination, params: list[int], said: str, **given: Any) -> Finding:
    """Return a finding about parameters that stand still. given: what else it has."""
    graph = examination.graph
    return Finding(
        said,
        node=params[0],
        statistic="largest change of a parameter over the run",
        value=0.0,
        threshold=0.0,
        at=examination.updates,
        evidence=(f"that is {share(graph, params, [node.index for node in graph.params])}",),
        **given,
    )


def _are_lost(examination: Examination, params: list[int]) -> bool:
    """Whether others move, and the steps of these are too small beside what they are: of a branch that hardly counts yet."""
    rate, start = examination.optimizer.lr if examination.optimizer else None, examination.leaves[0]
    if not rate or examination.objective is None or all(_stands(examination, p) for p in examination.objective.params):
        return False
    steps = ((start.get(p), examination.first.grad(p)) for p in params)
    return all(w is not None and g is not None and bool((w - w.dtype.type(rate) * g == w).all()) for w, g in steps)


def _is_of_program(examination: Examination) -> bool:
    """Whether the model is that of a program: then what is moved is what its optimizer was given."""
    return any(node.span is not None and node.span.origin for node in examination.graph.nodes)


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
