"""Steps that are so short that nothing is learned in the time that there is, though there is a gradient to follow.

The longest step of any matrix is less than a ten-thousandth of it, the loss has hardly moved, and the gradient is not 0. A
network that is dead, or that is of zeros, shows the same; there the gradient is the fault, and its rule comes first. So does
that of a clip which cuts nearly all of every gradient off.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack

LONGEST, FELL, NORM = 1e-4, 0.05, 1e-6


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where all steps are that short and the loss stays."""
    series, losses = examination.series, np.array([loss for _, loss in examination.losses])
    assert series is not None
    nodes = examination.graph.nodes
    moved = {node: u for node, u in series.size.items() if len(nodes[node].shape) > 1 and len(u)}
    grads = {node: examination.first.grad(node) for node in moved}
    sizes = {node: u for node, u in moved.items() if (grad := grads[node]) is None or np.any(grad)}  # 0 has no rate that helps
    if not sizes or len(losses) < 2 or not np.isfinite(losses).all():
        return
    tenth = max(1, len(losses) // 10)
    first, last = float(losses[:tenth].mean()), float(losses[-tenth:].mean())
    fell = (first - last) / abs(first) if first else 0.0
    node, longest = max(((node, float(np.max(u))) for node, u in sizes.items()), key=lambda pair: pair[1])
    norm = float(np.median(series.norm))
    if not (longest < LONGEST and fell < FELL and norm > NORM):
        return
    optimizer = examination.optimizer
    rate = "" if optimizer is None or optimizer.lr is None else f", with a learning rate of {optimizer.lr:g}"
    yield Finding(
        f"the steps are too short: none of {examination.updates} updates changes a matrix by more than {longest:.2g} of its"
        f" size{rate}",
        node=node,
        statistic="longest RMS(ΔW) / RMS(W)",
        value=longest,
        threshold=LONGEST,
        at=0,
        evidence=(f"the loss fell by {fell:.1%}, and the gradient has a norm of {norm:.2g}",),
        yields=("F5",),
        fixes=tuple(Fix(f"{word} the learning rate", (Hyper("lr", f"{{}} * {times}"),)) for word, times in TIMES),
    )


TIMES = (("ten times", 10), ("a hundred times", 100), ("ten thousand times", 10_000))
RULE = Rule(
    "lr_low",
    find,
    reads=("series", "objective", "first"),
    id="D6",
    statistic="longest step u = RMS(ΔW) / RMS(W) of any matrix; how far the loss fell; the norm of the gradient",
    threshold="u below 1e-4, a fall of less than 5 %, a norm above 1e-6",
    source="Cockpit (Schneider et al. 2021), alpha near -1; the bounds: measured",
    traps="networks that are dead or of zeros, whose gradient is the fault",
    remedy="ten times the rate, or more",
    faulty=circles(stack(2, "relu(dense(h, 32, init=he))"), "sgd(0.00001)"),
    healthy=circles(stack(2, "relu(dense(h, 32, init=he))"), "sgd(0.1)"),
    rank=75,
    alone=True,
    doc=__doc__ or "",
)
