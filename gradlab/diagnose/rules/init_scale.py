"""Weights whose first size makes signals shrink or grow from layer to layer.

A layer keeps the variance of what flows through it if fan_in · Var W = gain², 2 for relu and 1 for others (Glorot & Bengio
2010, He et al. 2015). One layer that is off does little, and shallow networks forgive a factor of ten; it is the product over
all layers that counts. Where batch norm or skips stand between, the size of the weights means something else, and nothing is
said.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log10

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack
from gradlab.diagnose.rules._skips import has_norms, has_skips
from gradlab.train.layers import LayerParts

DECADES, LOW, HIGH = 1.5, 0.25, 4.0
"""Of the product over the layers, and bounds of what a layer may have alone."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding at the layer that is furthest off, where the product over the layers is."""
    depth = examination.depth
    if examination.recurrent or has_norms(examination) or has_skips(examination):
        return
    gains = [(row, gain) for row in depth.hidden if (gain := _gain(examination, row)) is not None]
    decades = sum(0.5 * log10(gain) for _, gain in gains if gain > 0)
    if abs(decades) <= DECADES or all(LOW <= gain <= HIGH for _, gain in gains):
        return
    row, worst = (max if decades > 0 else min)(gains, key=lambda pair: pair[1])
    word = "he" if _rectifies(row) else "xavier"
    way = "large" if decades > 0 else "small"
    yield Finding(
        f"the weights begin too {way}: fan_in · Var W / gain² is {worst:.3g} at {row.name}, where 1 keeps the signal, and over"
        f" {len(gains)} layers it is x {10**decades:.2g}",
        node=row.weights[0],
        layer=row.name,
        statistic="|Σ log10 √(fan_in · Var W / gain²)| over the hidden layers",
        value=abs(decades),
        threshold=DECADES,
        at=0,
        fixes=(Fix(f"start the weights with `{word}`", (Argument("init", word),), rates=True),),
    )


def _rectifies(row: LayerParts) -> bool:
    return any(bend.curve.dead is not None for bend in row.bends)


def _gain(examination: Examination, row: LayerParts) -> float | None:
    """Return fan_in · Var W / gain² of the weights of a layer, with the mean square for the variance."""
    nodes = [examination.graph.nodes[i] for i in row.weights if len(examination.graph.nodes[i].shape) > 1]
    if len(nodes) != 1 or row.z is None:
        return None
    weights, z = examination.first.value(nodes[0].index), examination.graph.nodes[row.z]
    if weights is None:
        return None
    units = z.shape[1] if len(z.shape) == len(weights.shape) > 2 else z.shape[-1]
    fan_in = weights.size / max(1, units)
    return float(fan_in * np.mean(np.square(np.asarray(weights, np.float64)))) / (2 if _rectifies(row) else 1)


RULE = Rule(
    "init_scale",
    find,
    reads=("first", "depth", "start"),
    id="C2",
    statistic="|Σ log10 √g| over the hidden layers, g = fan_in · Var W / gain²; and g of each",
    threshold="above 1.5, with some g outside of ¼ … 4",
    source="Glorot & Bengio 2010; He, Zhang, Ren & Sun 2015; the bounds: measured, shallow networks tolerate a factor of 10",
    traps="batch or layer norm, skips; shallow networks",
    remedy="`he` for relu, `xavier` for tanh, `lsuv`",
    faulty=circles(stack(4, "relu(dense(h, 64, init=normal(0.01)))")),
    healthy=circles(stack(4, "relu(dense(h, 64, init=he))")),
    rank=50,
    doc=__doc__ or "",
)
