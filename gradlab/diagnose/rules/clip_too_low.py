"""Clipping decides every step, and leaves next to nothing of it.

A bound on the norm of the gradient is for the few updates in which it jumps. Where nearly every update is clipped to a small
part of its gradient, the bound has taken the place of the rate, and one that is too low keeps the network where it is. Adam
divides by the size of the gradient: it learns all the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper
from gradlab.diagnose.rule import Rule

CLIPPED, STEP, FALLEN, LEAST = 0.9, 1e-3, 0.1, 1e-6
"""Share of the updates, largest relative step of a matrix, share of the loss by which it falls, size of a gradient at least."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where clipping keeps the network from learning."""
    series = examination.series
    if series is None or not len(series.updates) or not np.isfinite(series.clipped).any():
        return
    share = float(np.nanmean(series.clipped))
    norms = series.norm[np.isfinite(series.norm)]
    steps = [float(np.nanmax(u)) for w, u in series.size.items() if len(examination.graph.nodes[w].shape) > 1 and len(u)]
    if share <= CLIPPED or not len(norms) or not steps or max(steps) >= STEP or float(np.median(norms)) < LEAST:
        return
    if _fallen(examination) >= FALLEN:
        return
    nine = float(np.quantile(norms, 0.9))
    yield Finding(
        f"{share:.0%} of the updates are clipped, and what is left moves no matrix by more than {max(steps):.2g} of its size",
        node=examination.roles.root,
        statistic="share of the updates that are clipped",
        value=share,
        threshold=CLIPPED,
        at=int(series.updates[-1]),
        evidence=(f"nine in ten gradients have a norm below {nine:.3g}",),
        fixes=(Fix("clip where the gradient jumps: at the norm that nine in ten are below", (Hyper("clip", f"{nine:.3g}"),)),),
    )


def _fallen(examination: Examination) -> float:
    """Return by how much the loss has fallen, as a share of the first."""
    losses = np.array([loss for _, loss in examination.losses], np.float64)
    tenth = max(1, len(losses) // 10)
    first, last = float(np.mean(losses[:tenth])), float(np.mean(losses[-tenth:]))
    return (first - last) / max(abs(first), 1e-300)


DATA = 'x, t = dataset("wine", split="train", batch=32, scale="standard")\n'
NET = "h = relu(dense(x, 16, init=he))\ny = dense(h, 3)\nloss = cross_entropy(y, t)\nminimize(loss, sgd(0.1), clip={})\n"
RULE = Rule(
    "clip_too_low",
    find,
    reads=("graph", "roles", "series", "losses"),
    id="F5",
    statistic="share of the updates that are clipped, largest relative step of a matrix, what the loss falls by",
    threshold="above 90 %, below 1e-3, below 10 %",
    source="Godbole et al., *Deep learning tuning playbook*, 2023 (clip at the 90th percentile); the bounds: measured",
    remedy="a bound that one update in ten passes, or a higher rate",
    traps="Adam, which divides by the size of the gradient; a bound with a rate that was chosen for it",
    faulty=DATA + NET.format("1e-4"),
    healthy=DATA + NET.format("1.0"),
    updates=300,
    rank=127,
    doc=__doc__ or "",
)
