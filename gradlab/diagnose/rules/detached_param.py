"""A parameter that is to be learned gets no gradient, although the loss depends on it.

Between it and the loss every way is cut: by `stop_gradient`, by an op whose derivative is 0 everywhere (a step, `argmax`,
rounding), or by one to which no gradient flows. That the loss depends on it is tried: it is moved a little and the loss is
computed again. A parameter that the loss is not made of at all is told, too: somebody forgot to use it.

It may be meant: a target network, fixed random features, a teacher. Then the network learns all the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Unwrap
from gradlab.diagnose.foreign import reached
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._params import named, share
from gradlab.graph.cuts import behind, cuts
from gradlab.op import Array

MOVED = 0.1
"""Of its own size, and of 1, by how much a parameter is moved."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for those that are cut off, and one for those that are not used."""
    objective, graph = examination.objective, examination.graph
    if objective is None:
        return
    made = behind(graph, objective.root)
    silent = [p for p in objective.params if not _hears(examination, p)]
    cut = [p for p in silent if made[p] and (edges := cuts(graph, made, p)) and _reads_only(examination, p, edges)]
    cut = [p for p in cut if _counts(examination, p)]
    elsewhere = reached(examination.lab, cut) if cut else frozenset()
    cut = [p for p in cut if p not in elsewhere]  # of an imported program, in which a backward of its own goes on
    if cut:
        yield _cut_off(examination, cut)
    unused = [p for p in silent if not made[p]]
    if unused:
        yield _unused(examination, unused)


def _hears(examination: Examination, param: int) -> bool:
    """Whether a gradient arrived in one of the updates that were looked at."""
    sights = [s for s in (examination.first, examination.early, examination.last) if s is not None]
    found = [sight.grad(param) for sight in sights]
    return any(grad is not None and (np.any(grad) or not np.isfinite(grad).all()) for grad in found)


def _reads_only(examination: Examination, param: int, edges: list[tuple[int, int]]) -> bool:
    """Whether the cuts are all that is between: no way to the root is left open, on which units may only be dead."""
    graph, closed, alive = examination.graph, set(edges), {param}
    for node in graph.nodes[param + 1 : examination.roles.root + 1]:
        if any(source in alive and (node.index, k) not in closed for k, source in enumerate(node.inputs)):
            alive.add(node.index)
    return examination.roles.root not in alive


def _counts(examination: Examination, param: int) -> bool:
    """Whether the loss changes when a parameter is moved."""
    value = np.asarray(examination.leaves[0].get(param, examination.first.value(param)), np.float64)
    pattern = np.resize([1.0, -0.7, 0.4, -0.2, 0.9], value.size).reshape(value.shape)
    changed = value + MOVED * pattern * (1.0 + np.abs(value))
    before, after = (_loss(examination, leaves) for leaves in ({}, {param: changed}))
    return before != after


def _loss(examination: Examination, leaves: dict[int, Array]) -> float:
    machine = next(iter(examination.bench.passes({**examination.leaves[0], **leaves}, "eval", 1)))
    return float(machine.value(examination.roles.root).reshape(-1)[0])


def _moved(examination: Examination) -> tuple[int, ...]:
    return examination.objective.params if examination.objective else ()


def _cut_off(examination: Examination, params: list[int]) -> Finding:
    graph = examination.graph
    made = behind(graph, examination.roles.root)
    edges = dict.fromkeys(graph.nodes[index] for p in params for index, _ in cuts(graph, made, p))
    ops = " and ".join(f"`{node.op.name}` in `{node.name}`" for node in list(edges)[:2])
    first = next(iter(edges))
    fixes = (Fix(f"leave `{first.op.name}` out", (Unwrap(first.index),)),) if len(first.inputs) == 1 else ()
    return Finding(
        f"no gradient reaches {named(examination.graph, params)}, cut off by {ops}, although the loss depends on it",
        node=params[0],
        statistic="gradient of a parameter that the loss depends on",
        value=0.0,
        threshold=0.0,
        at=0,
        evidence=(f"that is {share(graph, params, _moved(examination))} that are to be learned",),
        fixes=fixes or (Fix("a smooth op in place of the one that cuts"),),
    )


def _unused(examination: Examination, params: list[int]) -> Finding:
    return Finding(
        f"the loss is not made of {named(examination.graph, params)}, which `minimize` is to move",
        node=params[0],
        statistic="ways from a parameter to the loss",
        value=0.0,
        threshold=0.0,
        at=0,
        fixes=(Fix("use it, or leave it out"),),
        most="info",
    )


DATA = 'x, t = dataset("circles", n=400, noise=0.1, factor=0.5, split="train", test=0.3, batch=32, target="column")\n'
NET = "y = dense(h, 1)\nloss = bce(y, t)\nminimize(loss, adam(0.01))\n"
RULE = Rule(
    "detached_param",
    find,
    reads=("graph", "first", "roles", "objective"),
    id="B2",
    statistic="gradient of a parameter that the loss depends on",
    threshold="0, with every way to the loss cut",
    source="reachability in the graph of the backward pass; PyTorch, *Autograd mechanics* (detach)",
    remedy="leave the cut out, or let a smooth op stand in for it",
    traps="targets and teachers that are cut off on purpose, units that are only dead, a parameter that other ways reach",
    faulty=DATA + "h = stop_gradient(relu(dense(x, 2, init=he)))\n" + NET,
    healthy=DATA + "h = relu(dense(x, 16, init=he))\n" + NET,
    updates=300,
    rank=22,
    doc=__doc__ or "",
)
