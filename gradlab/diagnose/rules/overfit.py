"""A network that has gone on learning its training data long after the held-out data stopped to gain.

One epoch in which the held-out loss is higher is noise, and a gap between the two is in every network: what is told is a
held-out loss that is a fifth above its best, five epochs or more behind it, while the training loss still falls.

Of classes that is a fault only where the held-out data are not learned, as a network is said to have learned: their loss is
half of chance or more. Below it a network says the same classes, and is surer of them: its loss grows by the few samples that
it has wrong, and what it says stays right.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper, Length
from gradlab.diagnose.rule import Rule

EPOCHS, WORSE, GAP = 5, 1.2, 0.15
LEARNED = 0.5
"""Of chance: below it held-out data are learned."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where the held-out loss has gone up for long."""
    held, end = examination.held_out, examination.end
    assert held is not None
    if end is None or len(held.losses) < 4 or not np.isfinite(held.losses).all():
        return
    best = int(np.argmin(held.losses))
    least, at = float(held.losses[best]), int(held.updates[best])
    since = (examination.updates - at) / examination.per_epoch
    still = _trained(examination, at)
    gap = GAP * (examination.chance or 1.0)
    if since < EPOCHS or held.loss <= WORSE * least or held.loss - end <= gap or not (still is not None and end < still):
        return
    yield Finding(
        f"the network overfits: on {held.rows} held-out rows the loss is {held.loss:.3g}, and was {least:.3g} in update {at};"
        f" on its training data it has fallen to {end:.3g}",
        statistic="held-out loss at the end over its best",
        value=held.loss / least if least > 0 else float("inf"),
        threshold=WORSE,
        at=examination.updates,
        fixes=(
            Fix(f"stop at update {at}", (Length(max(1, at) / examination.updates),)),
            Fix("decay of the weights", (Hyper("optimizer", "adamw(0.01, weight_decay=1.0)"),)),
            Fix("more data, or other kinds of it"),
        ),
        most="info" if _is_sure_alone(examination, held.loss) else "error",
    )


def _is_sure_alone(examination: Examination, loss: float) -> bool:
    """Whether held-out classes are learned, so that the network has become too sure of them, and no worse."""
    chance = examination.chance
    return examination.roles.task != "regression" and chance is not None and loss < LEARNED * chance


def _trained(examination: Examination, at: int) -> float | None:
    """Return the mean training loss of the epoch around an update."""
    per = examination.per_epoch
    near = [loss for update, loss in examination.losses if at - per <= update < at + per]
    return float(np.mean(near)) if near else None


MOONS = 'x, t = dataset("moons", n={}, noise={}, split="train", test=200, batch={}, target="column")\n'
BODY = "h = relu(dense(x, 64, init=he))\nh = relu(dense(h, 64, init=he))\nout = dense(h, 1)\nloss = bce(out, t)\n"
RULE = Rule(
    "overfit",
    find,
    reads=("held_out", "ended", "losses", "objective"),
    id="E1",
    statistic="held-out loss at the end over its best, epochs since then, and the gap to the training loss",
    threshold="1.2, five epochs or more, a gap above 0.15 of chance (0.1 with two classes), while the training loss falls",
    source="Prechelt, *Early stopping, but when?*, 1998; the bounds: measured (one epoch, or a gap of 10 %, is in every run); "
    "Guo et al., *On calibration of modern neural networks*, ICML 2017 (a loss that overfits while the classes stay right)",
    traps="noise of one epoch; any gap; a network that is too sure of classes that it has right",
    remedy="stop early, more data, augmentation, decay, dropout",
    faulty=MOONS.format(260, 0.4, 20) + BODY + "minimize(loss, adam(0.01))\n",
    healthy=MOONS.format(1000, 0.1, 32) + BODY + "minimize(loss, adam(0.003))\n",
    updates=400,
    rank=111,
    stays=True,
    doc=__doc__ or "",
)
