"""Gradients that grow from layer to layer on their way back, so that no rate suits both the first layers and the last.

The size of ∂loss/∂z at the first layer is compared with that at the output, as for gradients that vanish. A gradient that is
huge as a whole is told as well: a step of any common rate along it leaves the place in which the gradient means something.
Targets in hundreds give such gradients without any fault in the layers: that is another rule's, and is looked at first.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Hyper, Wrap
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack
from gradlab.diagnose.rules._deltas import deltas, traced
from gradlab.train.layers import LayerParts

RATIO, FACTOR, NORM = 1e2, 1.5, 1e4
"""Of the first layer's delta to that of the output, how it grows at each layer, and the norm of the whole, at least."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding at the layer at which the gradient grows most, else one of the whole gradient."""
    for found in deltas(examination):
        if found.ratio > RATIO and found.factor > FACTOR:
            most = int(np.argmax(found.links))
            yield traced(found, most, ("explodes", "grows"), RATIO, _fixes(found.rows))
            return
    series = examination.series
    if series is None or not len(series.norm):
        return
    start = series.norm[:20]
    largest = float(np.max(start[np.isfinite(start)], initial=0.0))
    if largest > NORM:
        at = int(series.updates[int(np.nanargmax(np.where(np.isfinite(start), start, 0)))])
        text = f"the gradient of all parameters has a norm of {largest:.3g} in update {at}"
        yield Finding(text, statistic="norm of the gradient", value=largest, threshold=NORM, at=at, fixes=tuple(_fixes(())))


def _fixes(rows: tuple[LayerParts, ...]) -> Iterator[Fix]:
    if rows:
        bent = any(bend.curve.dead is not None for row in rows for bend in row.bends)
        word = "he" if bent else "xavier"
        yield Fix(f"start the weights with `{word}`", (Argument("init", word),))
    yield Fix("clip the norm of the gradient at 1", (Hyper("clip", "clip_norm(1.0)"),))
    if rows:
        zs = [row.z for row in rows[:-1] if row.z is not None]
        yield Fix("batch norm before each nonlinearity", tuple(Wrap("batch_norm({})", z) for z in zs))


RULE = Rule(
    "exploding",
    find,
    reads=("series", "depth"),
    id="D2",
    statistic="δ of the first layer over δ of the output, its geometric mean a layer; the norm of the whole gradient",
    threshold="above 100, and above 1.5 a layer, in update 0 or 1, or as the median of the first 20; a norm above 1e4",
    source="Pascanu, Mikolov & Bengio 2013; the bounds: measured on networks with and without it",
    traps="targets that are not scaled, which are told first",
    remedy="`he` or `xavier`, a clipped norm, a smaller rate, batch norm",
    faulty=circles(stack(8, "relu(dense(h, 64, init=normal(0.6)))"), "sgd(0.0001)"),
    healthy=circles(stack(8, "relu(dense(h, 64, init=he))"), "sgd(0.01)"),
    rank=61,
    doc=__doc__ or "",
)
