"""What happens to the signal inside a layer: which op shrank or grew it most, forth and back; how noisy its gradient is.

Only the ops on the way of the signal are asked (see `gradlab.train.carrier`). Forth the factor of an op is rms(output) /
rms(signal that it reads); back it is rms(what the op sent to that signal) / rms(gradient of its output): what others sent to
the same value is not counted. The factor of a whole layer is the same, with the layer for the op.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import isfinite, log

import numpy as np

from gradlab.graph.graph import Graph, Node
from gradlab.op import Array
from gradlab.train.carrier import Leg, SignalWay
from gradlab.train.layers import LayerParts
from gradlab.train.measure import root_mean_square

Read = Callable[[int], Array | None]
Sent = Callable[[Collection[int], int], Array | None]
"""Returns what some ops together sent back to a value; None when they have not yet."""


@dataclass(frozen=True, slots=True)
class SignalChange:
    """What one op did to the signal. node: its index.   label: the weights it reads ("W"), else the op.   factor: out / in.

    whole: the factor of the whole layer; None where the signal also leaves it elsewhere.
    """

    node: int
    label: str
    factor: float
    whole: float | None = None


def strongest_forth(way: SignalWay | None, value: Read) -> SignalChange | None:
    """Return the op on the way whose factor is furthest from 1, as a ratio; None when nothing is known.

    The factor of a difference is to the larger of its two values.
    """

    def factor(leg: Leg) -> float | None:
        found = [_ratio(value(leg.node), value(source)) for source in leg.beside or (leg.source,)]
        return min((one for one in found if one is not None), default=None)

    return _strongest(way, factor, lambda w: _ratio(value(w.legs[0].node), value(w.source)))


def strongest_back(way: SignalWay | None, grad: Read, sent: Sent) -> SignalChange | None:
    """Return the same of the gradient, by what each op sent of what it was sent."""
    return _strongest(
        way,
        lambda leg: _ratio(sent(leg.ops, leg.source), grad(leg.node)),
        lambda w: _ratio(sent(w.ops, w.source), grad(w.legs[0].node)),
    )


def _strongest(
    way: SignalWay | None, factor: Callable[[Leg], float | None], through: Callable[[SignalWay], float | None]
) -> SignalChange | None:
    found: SignalChange | None = None
    if way is None:
        return None
    whole = through(way) if way.sole else None
    for leg in reversed(way.legs):
        ratio = None if leg.moves else factor(leg)
        if ratio is not None and (found is None or _distance(ratio) > _distance(found.factor)):
            found = SignalChange(leg.node, leg.label, ratio, whole)
    return found


def _distance(factor: float) -> float:
    return abs(log(factor)) if factor > 0 and isfinite(factor) else float("inf")


def _ratio(up: Array | None, down: Array | None) -> float | None:
    """Return rms(up) / rms(down), or None when one of them is not known or the second is zero."""
    if up is None or down is None or not up.size or not down.size:
        return None
    above, below = (root_mean_square(np.asarray(x, np.float64)) for x in (up, down))
    return above / below if below > 0 and isfinite(above) and isfinite(below) else None


def gradient_noise(graph: Graph, parts: LayerParts, value: Read, grad: Read) -> float | None:
    """Return the noise scale of the gradient G of a layer's weights: tr(Σ) / |G|², Σ the covariance over the samples.

    It is about the batch size below which a larger batch pays. Known for weights that one op multiplies rows by, with a row
    a sample, and for two samples or more; else None. The loss is taken as a mean over the rows.
    Source: McCandlish et al., *An Empirical Model of Large-Batch Training*, 2018.
    """
    spread = size = 0.0
    for index, reader in zip(parts.weights, parts.readers, strict=False):
        found = None if reader < 0 else _moments(graph.nodes[reader], index, value, grad)
        if found is None:
            return None
        spread, size = spread + found[0], size + found[1]
    return spread / size if size > 0 else None


def _moments(reader: Node, index: int, value: Read, grad: Read) -> tuple[float, float] | None:
    """Return tr(Σ) and |G|² of one weight. One sample sends an outer product, whose norm is the product of two norms."""
    if not reader.op.by_rows or reader.inputs[1] != index:
        return None
    x, delta, whole = value(reader.inputs[0]), grad(reader.index), grad(index)
    if x is None or delta is None or whole is None or x.ndim != 2 or delta.ndim != 2 or len(x) < 2:
        return None
    x, delta = np.asarray(x, np.float64), np.asarray(delta, np.float64)
    rows, square = len(x), float(np.sum(np.square(np.asarray(whole, np.float64))))
    each = float(np.sum(np.sum(x * x, axis=1) * np.sum(delta * delta, axis=1)))
    return max(0.0, rows * (rows * each - square) / (rows - 1)), square
