"""The targets of a regression are far from the size of what a network gives in the beginning.

An output begins around 0 with a size of about 1. Where targets are 500 ± 100, the first loss is a quarter of a million, all of
it says "up", and the gradient is as large: with a rate that fits it, the offset is learned first, over thousands of updates, by
weights that hidden units need for the shape; with a larger rate it explodes. Where they are 0.001 ± 0.0005, the first outputs
are noise beside them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.bounds import made_of_params, sides
from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Wrap
from gradlab.diagnose.rule import Rule

WIDE, NARROW, OFF = 10.0, 0.01, 5.0
"""Standard deviation above and below which, and deviations, and 1, by which the mean is away from 0."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for the target of the first output, where it is a measured quantity."""
    out = examination.roles.output
    if out is None or out.takes or examination.roles.task != "regression" or not examination.roles.inputs:
        return
    index = sides(examination.graph, out, made_of_params(examination.graph)).theirs
    values = examination.begun.values(index) if index >= 0 else None
    if values is None or values.size < 2 or not np.isfinite(values).all():
        return
    mean, deviation = float(np.mean(values)), float(np.std(values))
    broken = _broken(mean, deviation)
    if broken is None:
        return
    text, value, threshold = broken
    node = examination.graph.nodes[index]
    change = Wrap(f"(({{}}) - {mean:.6g}) / {deviation:.6g}", index)
    yield Finding(
        f"the targets `{node.name}` are not scaled: {text}",
        node=index,
        statistic="mean and deviation of the targets",
        value=value,
        threshold=threshold,
        at=0,
        evidence=(f"mean {mean:.4g}, standard deviation {deviation:.4g}, where outputs begin around 0 with about 1",),
        fixes=(Fix("standardise the targets", (change,), rates=True),),
    )


def _broken(mean: float, deviation: float) -> tuple[str, float, float] | None:
    """Return what is wrong, the number and its bound; None where nothing is, or there is nothing to learn."""
    if deviation <= 1e-12 * max(1.0, abs(mean)):
        return None
    if deviation > WIDE:
        return f"their standard deviation is {deviation:.4g}", deviation, WIDE
    if deviation < NARROW:
        return f"their standard deviation is {deviation:.3g}", deviation, NARROW
    bound = OFF * deviation + 1
    if abs(mean) > bound:
        return f"their mean is {mean:.4g}, with a standard deviation of {deviation:.3g}", abs(mean), bound
    return None


X = 'x = input([[k / 50 - 2] for k in range(200)], split="train", batch=32)\n'
CURVE = "((k / 50 - 2) ** 3 - 2 * (k / 50 - 2)) / 2"
NET = "h = tanh(dense(x, 16))\ny = dense(h, 1)\nloss = mse(y, t)\nminimize(loss, adam(0.01))\n"
RULE = Rule(
    "target_scale",
    find,
    reads=("graph", "roles", "begun"),
    id="A2",
    statistic="mean and standard deviation of the targets, as the loss reads them",
    threshold="deviation above 10 or below 0.01, or |mean| above 5 deviations and 1",
    source="Karpathy, *A recipe for training neural networks*, 2019 (the last bias); the bounds: gradlab's calibration",
    remedy="standardise the targets, or begin the last bias at their mean",
    traps="a model without inputs, which learns a constant; losses that do not depend on the scale, targets "
    "that are all the same, images that an autoencoder learns",
    faulty=X + f't = input([[500 + 100 * {CURVE}] for k in range(200)], split="train", batch=32)\n' + NET,
    healthy=X + f't = input([[{CURVE}] for k in range(200)], split="train", batch=32)\n' + NET,
    updates=400,
    rank=41,
    doc=__doc__ or "",
)
