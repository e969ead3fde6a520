"""The steps go uphill: along the gradient, not against it, or the loss itself has the wrong sign.

    L(W + ΔW) ≈ L(W) + ΔW · ∂L/∂W

so a step whose product with the gradient is above 0 makes the loss larger. Momentum carries a step uphill now and then; a
rate below 0 does so in every one. Where the steps go down, the sign of the loss is asked: a loss that falls when outputs move
away from their targets rewards mistakes, and has no end below.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.bounds import made_of_params, sides
from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper, Wrap
from gradlab.diagnose.roles import Output
from gradlab.diagnose.rule import Rule
from gradlab.op import Array

SHARE, FEWEST = 0.9, 5
"""Of the steps; steps that are counted at least."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for the steps, else for the sign of the loss."""
    series = examination.series
    if series is None:
        return
    inner = series.inner[np.isfinite(series.inner) & (series.inner != 0)]
    share = float(np.mean(inner > 0)) if len(inner) else 0.0
    if len(inner) >= FEWEST and share > SHARE:
        yield _uphill(examination, share)
        return
    out = examination.roles.output
    if out is not None and _is_reversed(examination, out):
        yield _reversed(examination, out)


def _uphill(examination: Examination, share: float) -> Finding:
    rate = examination.optimizer.lr if examination.optimizer else None
    because = f": the rate is {rate:g}" if rate is not None and rate < 0 else ""
    return Finding(
        f"{share:.0%} of the steps go along the gradient, uphill{because}",
        node=examination.roles.root,
        statistic="share of the steps whose product with the gradient is above 0",
        value=share,
        threshold=SHARE,
        at=0,
        fixes=(Fix("turn the sign of the rate", (Hyper("lr", "-({})"),)),),
    )


def _is_reversed(examination: Examination, out: Output) -> bool:
    """Whether the first gradient rewards every output for what is wrong."""
    graph, first = examination.graph, examination.first
    meeting = graph.nodes[out.loss]
    target = first.value(out.target)
    if out.target < 0 or target is None or np.ptp(target) == 0:  # one of which nothing can be learned, as in a game
        return False
    above = first.grad(out.loss)
    if meeting.op.role == "loss":
        return above is not None and bool(np.any(above)) and bool(np.all(above <= 0))
    compared = sides(graph, out, made_of_params(graph))
    ours, theirs, grad = first.value(compared.ours), first.value(compared.theirs), first.grad(compared.ours)
    if out.hand and out.takes == "logarithms" and meeting.op.operator != "-":
        alone = examination.roles.targets == (out.target,)  # with returns beside it, a class may be one to stay away from
        return alone and above is not None and bool(np.any(above)) and bool(np.all(above >= 0))
    if out.hand and out.takes == "probabilities":
        return _against(first.grad(out.node), first.value(out.target))
    if meeting.op.operator == "-" and ours is not None and theirs is not None and grad is not None:
        return bool(np.any(grad)) and bool(np.all(grad * (ours - theirs) <= 0))
    return False


def _against(grad: Array | None, target: Array | None) -> bool:
    """Whether the gradient of a probability pushes it down wherever its target is above 0."""
    if grad is None or target is None or grad.shape != target.shape or not np.any(target > 0):
        return False
    pushed = grad[target > 0]
    return bool(np.any(pushed)) and bool(np.all(pushed >= 0))


def _reversed(examination: Examination, out: Output) -> Finding:
    node = examination.graph.nodes[out.node]
    root = examination.graph.nodes[examination.roles.root]
    end = examination.losses[-1][1] if examination.losses else float("nan")
    return Finding(
        f"the loss `{root.name}` falls when `{node.name}` moves away from its target: its sign is wrong",
        node=root.index,
        statistic="outputs that the first gradient moves towards their targets",
        value=0.0,
        threshold=0.0,
        at=0,
        evidence=(f"the loss is {end:.4g} at the end, and has no end below",),
        fixes=(Fix("turn the sign of the loss", (Wrap("-({})", root.index),)),),
    )


DATA = 'x, t = dataset("moons", n=400, noise=0.1, split="train", test=0.3, batch=32, target="column")\n'
NET = "h = relu(dense(x, 16, init=he))\ny = dense(h, 1)\nloss = bce(y, t)\nminimize(loss, sgd({}))\n"
RULE = Rule(
    "ascent",
    find,
    reads=("graph", "first", "roles", "series", "losses"),
    id="B5",
    statistic="share of the steps whose product with the gradient is above 0",
    threshold="90 %",
    source="the descent lemma: Nesterov, *Introductory Lectures on Convex Optimization*, 2004, 1.2",
    remedy="a rate above 0, the minus in front of a log-likelihood",
    traps="momentum, for a while; players that go uphill on purpose, who have a `minimize` of their own",
    faulty=DATA + NET.format("-0.1"),
    healthy=DATA + NET.format("0.1"),
    updates=200,
    rank=23,
    alone=True,
    doc=__doc__ or "",
)
