"""Batches so small that their gradients are mostly noise.

The noise scale B = tr Σ / |G|² says at how many samples the noise of a batch is as large as the gradient itself (McCandlish et
al. 2018). With batches a twentieth of it most of a step goes nowhere, which costs time, and no more than that. When a network
has converged, G goes to 0 and the scale to infinity: of what is solved nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Hyper
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack

TIMES, BATCH, LOSS, BATCHES = 20.0, 8, 0.5, 512


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where the noise scale is twenty batches or more, of a network that has not solved its task."""
    chance, end, batch = examination.chance, examination.end, examination.batch
    if not 0 < batch <= BATCH or not chance or end is None or not end > LOSS * chance:
        return
    scale = _scale(examination, batch)
    if scale is None or scale <= TIMES * batch:
        return
    yield Finding(
        f"the gradient of a batch is mostly noise: the noise scale is at least {scale:.3g} samples, and a batch has {batch}",
        statistic="tr Σ / |G|² over the size of a batch",
        value=scale / batch,
        threshold=TIMES,
        at=examination.updates,
        fixes=(
            Fix("batches of eight times the size", (Argument("batch", "{} * 8"),)),
            Fix("a tenth of the learning rate", (Hyper("lr", "{} * 0.1"),)),
        ),
        most="info",
    )


def _scale(examination: Examination, batch: int) -> float | None:
    """Return tr Σ / |G|² from the gradients of the batches of an epoch at the end; None where they are too few.

    Where G is lost in the noise of all of them, what is returned is the least that it can be.
    """
    objective, bench = examination.objective, examination.bench
    assert objective is not None
    root, params = objective.root, objective.params
    rows = []
    for machine in bench.passes(examination.leaves[examination.updates], "train", BATCHES):
        machine.seed(root)
        machine.backward(root, 0, len(machine.tape.backward_order(root)))
        reached = machine.tape.backward_program(root).reached
        if not any(reached[p] for p in params):
            return None
        rows.append(np.concatenate([np.array(machine.grad(p), np.float64).reshape(-1) for p in params if reached[p]]))
    table = np.array(rows)
    if len(table) < 8 or not np.isfinite(table).all():
        return None
    of_batches = float(table.var(axis=0, ddof=1).sum())
    square = float(np.sum(table.mean(axis=0) ** 2)) - of_batches / len(table)
    return batch * of_batches / max(square, of_batches / len(table))


RULE = Rule(
    "noise_scale",
    find,
    reads=("objective", "ended", "chance"),
    id="D12",
    statistic="tr Σ / |G|² over the size of a batch, from the gradients of the batches of an epoch at the end",
    threshold="20, with batches of 8 or fewer, and a loss above half of chance",
    source="McCandlish, Kaplan, Amodei et al., *An empirical model of large-batch training*, 2018",
    traps="it goes to infinity when a network converges",
    remedy="larger batches, a smaller rate",
    faulty=circles("h = x\n", "sgd(0.1)", batch=1),
    healthy=circles(stack(1, "relu(dense(h, 16, init=he))"), batch=32),
    rank=118,
    status="info",
    doc=__doc__ or "",
)
