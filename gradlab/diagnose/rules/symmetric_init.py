"""Units of a layer that begin alike, and stay alike for ever.

Two units with the same weights in and the same weights out compute the same and are sent the same gradient: no update tells
them apart, and the layer is as good as one unit. Biases that are all 0 do not make units alike, and a last layer of zeros does
not either: there the weights in differ. So it is asked what units compute and what they are sent, in the first update and in
the last one that was looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, each
from gradlab.diagnose.sight import Sight
from gradlab.op import Array
from gradlab.train.layers import LayerParts
from gradlab.train.measure import per_unit

ALIKE = 1e-9
"""How far units may differ, beside their own size: more than rounding, less than anything learned."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding at the first layer whose units are alike from the first to the last update."""
    sights = examination.first, examination.last
    rows = [row for row in examination.depth.hidden if all(_alike_in(sight, row) for sight in sights)]
    if not rows:
        return
    row = rows[0]
    assert row.z is not None
    units = _units(examination.graph.nodes[row.z].shape)
    last = examination.last.update
    others = (f"the same of {', '.join(other.name for other in rows[1:])}",) if rows[1:] else ()
    bent = any(bend.curve.dead is not None for bend in row.bends)
    word = "he" if bent else "xavier"
    yield Finding(
        f"the {units} units of {row.name} compute the same and are sent the same gradient, in update 0 and in update {last}:"
        " no update tells them apart",
        node=row.z,
        layer=row.name,
        statistic="largest difference between units, beside their size",
        value=0.0,
        threshold=ALIKE,
        at=0,
        evidence=others,
        fixes=(Fix(f"start the weights at random, with `{word}`", (Argument("init", word),)),),
    )


def _units(shape: tuple[int, ...]) -> int:
    return shape[1] if len(shape) == 4 else shape[-1]


def _alike_in(sight: Sight, row: LayerParts) -> bool:
    """Return whether the units of a layer are alike in an update. Where all are 0, as nothing comes in, weights tell."""
    if row.z is None:
        return False
    value, grad = sight.value(row.z), sight.grad(row.z)
    if value is None or grad is None or not _alike(value) or not _alike(grad):
        return False
    return bool(np.any(value)) or all(not np.any(sight.value(weight)) for weight in row.weights)


def _alike(array: Array) -> bool:
    """Return whether all units of an array have the same numbers, of two units or more."""
    if array.ndim < 2:
        return False
    units = per_unit(np.asarray(array, np.float64))
    if units.shape[1] < 2 or not np.isfinite(units).all():
        return False
    return bool(np.max(np.abs(units - units[:, :1])) <= ALIKE * np.max(np.abs(units)))


RULE = Rule(
    "symmetric_init",
    find,
    reads=("first", "last", "depth", "objective", "start"),
    id="C1",
    statistic="largest difference between the units of a hidden layer, in value and gradient, in the first and the last update",
    threshold="1e-9 of their size",
    source="Rumelhart, Hinton & Williams 1986 (breaking the symmetry); Goodfellow et al. 2016, sec. 8.4",
    traps="biases of 0; a last layer of zeros, as of Fixup",
    remedy="weights that begin at random",
    faulty=circles(each(["tanh(dense(h, 16, init=constant(0.1)))"]), out="dense(h, 1, init=constant(0.1))"),
    healthy=circles(each(["tanh(dense(h, 16))"]), out="dense(h, 1, init=zeros)"),
    rank=30,
    doc=__doc__ or "",
)
