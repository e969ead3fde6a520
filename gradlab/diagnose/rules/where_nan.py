"""NaN from a branch that was not taken: 0 times infinity on the way back.

    where(x > 0, sqrt(x), 0)        the loss is finite, and ∂/∂x at x <= 0 is 0 · ∞ = NaN

`where` sends 0 to the branch that it did not take, and 0 times a slope that is infinite or NaN is NaN. The forward pass shows
nothing. The mask belongs inside as well: sqrt(where(x > 0, x, 1)) has a slope everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.axis.journal import Journal
from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Wrap
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.sight import Sight, look
from gradlab.graph.graph import Graph, Node


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for the first update in which it is so."""
    for sight in broken(examination):
        node = masked(examination.graph, sight)
        if node is not None:
            yield _found(examination, sight, node)
            return


def broken(examination: Examination) -> Iterator[Sight]:
    """Yield the update in which a number was not finite first: one that was looked at, or one between. Raises Stopped."""
    seen = [s for s in (examination.first, examination.early, examination.last) if s is not None]
    for sight in seen:
        for began in dict.fromkeys(one.update for one in sight.origins if one.update >= 0):
            if began not in [s.update for s in seen]:
                twin = examination.lab.fresh(examination.lab.run.origin.seed)
                journal = examination.lab.journal
                twin.take_up(Journal(journal.forward_ops, journal.origin, journal.deeds))
                twin.deadline, twin.on_chunk = examination.lab.deadline, examination.lab.on_chunk
                yield look(twin, began)
                return
        if sight.origins:
            yield sight
            return


def masked(graph: Graph, sight: Sight) -> Node | None:
    """Return the op that sends NaN where nothing but 0 came to it, in an update whose loss is finite; None where none does."""
    root = sight.value(sight.root) if sight.root >= 0 else None
    if root is None or not np.isfinite(root).all():
        return None
    for index in sight.order:
        grad, node = sight.grad(index), graph.nodes[index]
        if grad is None or not np.isfinite(grad).all():
            continue
        for source in dict.fromkeys(node.inputs):
            total = sight.grad(source)
            if total is None or np.isfinite(total).all():
                continue
            sent = sight.sent(index, source)
            bad = None if sent is None else ~np.isfinite(sent)
            if bad is not None and bad.any() and bad.shape == grad.shape and not grad[bad].any():
                return node
    return None


def _found(examination: Examination, sight: Sight, node: Node) -> Finding:
    source = examination.graph.nodes[node.inputs[0]]
    values, grad = sight.value(source.index), sight.grad(source.index)
    low = float(np.min(values)) if values is not None else float("nan")
    return Finding(
        f"`{node.op.name}` in `{node.name}` sends NaN where 0 came to it: 0 · ∞ on the way back, as from a "
        "branch that is not taken",
        node=node.index,
        statistic="gradients that are not finite although 0 came in, with a finite loss",
        value=None if grad is None else float(np.sum(~np.isfinite(grad))),
        threshold=0.0,
        at=sight.update,
        evidence=(f"it reads `{source.name}`, whose least number is {low:.4g}",),
        rank=20,
        fixes=(Fix("mask what the op reads, too", (Wrap("maximum({}, 1e-6)", source.index),)),),
    )


DATA = 'x, t = dataset("circles", n=400, noise=0.1, factor=0.5, split="train", test=0.3, batch=32, target="column")\n'
NET = "y = dense(r, 1)\nloss = bce(y, t)\nminimize(loss, adam(0.01))\n"
RULE = Rule(
    "where_nan",
    find,
    reads=("graph", "first"),
    id="B7",
    statistic="gradients that are not finite although 0 came in, with a finite loss",
    threshold="one",
    source="PyTorch #68425; JAX, *Frequently asked questions: gradients contain NaN where using where*",
    remedy="`where` inside as well: the op gets a harmless number where its result is not taken",
    traps="an infinity that is masked with -inf, which sends no NaN",
    faulty=DATA + "h = dense(x, 16)\nr = where(h > 0, sqrt(h), 0 * h)\n" + NET,
    healthy=DATA + "h = dense(x, 16)\nr = where(h > 0, sqrt(where(h > 0, h, 1)), 0 * h)\n" + NET,
    updates=100,
    rank=123,
    stays=True,
    doc=__doc__ or "",
)
