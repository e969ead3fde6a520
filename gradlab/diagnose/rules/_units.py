"""Units over all data: which of them are dead, and how many saturate."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.fix import Argument, Fix, Hyper, Swap
from gradlab.diagnose.whole import WholeData
from gradlab.train.activations import Activation
from gradlab.train.layers import LayerParts
from gradlab.train.measure import per_unit

EDGE = 0.015
"""How near to an end of its range a squashing unit counts as saturated, as a share of the range: |tanh| > .97, σ > .985."""
Bent = tuple[LayerParts, Activation, float]


def dead(examination: Examination, whole: WholeData) -> Iterator[Bent]:
    """Yield each rectifying layer in series with the share of its units that are at their dead end for every sample."""
    found = [(row, bend) for row in examination.depth.hidden for bend in row.bends if bend.curve.dead is not None]
    whole.take([bend.node for _, bend in found])
    for row, bend in found:
        units = per_unit(np.asarray(whole.values(bend.node), np.float64))
        if units.size and np.isfinite(units).all():
            yield row, bend, float(np.mean(np.all(units == bend.curve.dead, axis=0)))


def saturated(examination: Examination, whole: WholeData) -> Iterator[Bent]:
    """Yield each squashing layer in series with the share of its numbers that are near an end of their range."""
    found = [(row, bend) for row in examination.depth.hidden for bend in row.bends if bend.curve.bounded]
    found = [(row, bend) for row, bend in found if bend.curve.dead is None]
    whole.take([bend.node for _, bend in found])
    for row, bend in found:
        values = np.asarray(whole.values(bend.node), np.float64)
        low, high = bend.curve.range
        near = EDGE * (high - low)
        if values.size and np.isfinite(values).all():
            yield row, bend, float(np.mean((values < low + near) | (values > high - near)))


def waking(examination: Examination, row: LayerParts) -> Iterator[Fix]:
    """Yield what may wake the units of a layer, and of those behind it."""
    starts = examination.leaves[0]
    biases = [i for i in row.params if i not in row.weights and i in starts and (starts[i] < 0).all()]
    if biases:
        yield Fix(f"start the biases of {row.name} at 0", tuple(Argument("bias", "True", bias) for bias in biases))
    yield Fix("a tenth of the learning rate", (Hyper("lr", "{} * 0.1"),))
    bends = [bend for other in examination.depth.hidden for bend in other.bends if bend.own and bend.curve.dead is not None]
    yield Fix("leaky_relu in place of relu", tuple(Swap("leaky_relu", bend.node) for bend in bends))
    yield Fix("start the weights with `he`", (Argument("init", "he"),))
