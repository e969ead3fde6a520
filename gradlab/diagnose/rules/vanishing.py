"""Gradients that shrink from layer to layer on their way back, so that the first layers hardly learn.

The size of ∂loss/∂z at the first layer is compared with that at the output, in the first update, in the next one, and as the
median over the first twenty. An absolute bound would fire when a network has converged, and would miss a small ratio of large
gradients. Layers count that stand in series; in a recurrent network the steps of time are asked instead, by another rule.

The weakest link is the layer at which the gradient shrinks most; where that is said of an op, it is what this op alone sent.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Swap, Wrap
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack
from gradlab.diagnose.rules._deltas import deltas, traced
from gradlab.train.layers import LayerParts

RATIO, FACTOR = 1e-3, 0.6
"""Of the first layer's delta to that of the output, and what of it remains at each layer, at most."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding at the weakest link."""
    for found in deltas(examination):
        if found.ratio < RATIO and found.factor < FACTOR:
            weakest = int(np.argmin(found.links))
            yield traced(found, weakest, ("vanishes", "shrinks"), RATIO, _fixes(found.rows))
            return


def _fixes(rows: tuple[LayerParts, ...]) -> Iterator[Fix]:
    flat = [bend for row in rows[:-1] for bend in row.bends if bend.curve.bounded and bend.own]
    if flat:
        swaps = tuple(Swap("relu", bend.node) for bend in flat)
        yield Fix(f"relu in place of {flat[0].word}, started with `he`", (*swaps, Argument("init", "he")))
    else:
        yield Fix("start the weights with `he`", (Argument("init", "he"),))
    zs = [row.z for row in rows[:-1] if row.z is not None]
    yield Fix("batch norm before each nonlinearity", tuple(Wrap("batch_norm({})", z) for z in zs))


RULE = Rule(
    "vanishing",
    find,
    reads=("series", "depth"),
    id="D1",
    statistic="δ of the first layer over δ of the output, and its geometric mean a layer",
    threshold="below 1e-3, and below 0.6 a layer, in update 0 or 1, or as the median of the first 20",
    source="Bengio, Simard & Frasconi 1994; Glorot & Bengio 2010; the bounds: measured on networks with and without it",
    traps="an absolute bound of 1e-7 fires when a network has converged, and misses a ratio of 1e-5",
    remedy="relu with `he`, batch norm, skips; an initialization that keeps the size of the signal",
    faulty=circles(stack(10, "sigmoid(dense(h, 16))")),
    healthy=circles(stack(10, "relu(dense(h, 32, init=he))")),
    fires=4,
    rank=60,
    doc=__doc__ or "",
)
