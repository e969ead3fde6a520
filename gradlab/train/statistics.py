"""Statistics of layers: what their activations, gradients, weights and last updates look like. Pure functions of arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite, log10
from typing import Any, get_args

import numpy as np

from gradlab.graph.graph import Graph
from gradlab.op import LINE, Array, Curve
from gradlab.train.carrier import way
from gradlab.train.histogram import Histogram, histogram
from gradlab.train.layers import LayerParts
from gradlab.train.measure import Floats, Quantity, root_mean_square
from gradlab.train.measures import MEASURES
from gradlab.train.signal import Sent, SignalChange, gradient_noise, strongest_back, strongest_forth

Read = Callable[[int], Array | None]
"""Returns the array of a node by its index, or None when there is none (not computed yet)."""
QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)
"""The arrays of a layer that have a summary."""


@dataclass(frozen=True, slots=True)
class Summary:
    """An array in numbers.

    count: elements.   numbers: every measure by its name, None where it means nothing; each is an attribute, too.
    nans, infs: elements that are not finite.
    """

    count: int
    numbers: Mapping[str, float | None]
    histogram: Histogram
    nans: int
    infs: int

    def __getattr__(self, name: str) -> Any:
        """Return the number of a measure by its name: `summary.std`. Raises AttributeError."""
        if name.startswith("_") or name not in self.numbers:
            raise AttributeError(f"no measure `{name}`")
        return self.numbers[name]


@dataclass(frozen=True, slots=True)
class LayerStats:
    """One row of the table of layers. What has not been computed is None.

    activations: of what leaves the layer.   gradients: of ∂root/∂z, z as `LayerParts` has it.
    weights: the present ones.   updates: what the last update added to them.
    delta: the RMS of ∂root/∂z.   ratio: log10 of ‖ΔW‖ / ‖W‖; about -3 is healthy, -inf means that nothing moved, inf
        that all of it came from zero weights.
    forth, back: the op that shrank or grew the signal most, and the gradient.   noise: the gradient's noise scale, in samples.
    """

    name: str
    activations: Summary | None = None
    gradients: Summary | None = None
    weights: Summary | None = None
    updates: Summary | None = None
    delta: float | None = None
    ratio: float | None = None
    forth: SignalChange | None = None
    back: SignalChange | None = None
    noise: float | None = None


def summarise(array: Array, curve: Curve = LINE, bins: int = 20) -> Summary:
    """Return the summary of an array that an op with this curve made. Never raises.

    The histogram of what cannot leave its range is over that range: it makes layers comparable.
    """
    x: Floats = np.asarray(array, np.float64)
    bars = histogram(x, bins, curve.range if curve.bounded else None)
    return Summary(
        count=x.size,
        numbers={name: measure.number(x, curve) for name, measure in MEASURES.items()},
        histogram=bars,
        nans=bars.nans,
        infs=int(np.count_nonzero(np.isinf(x))),
    )


def layer_stats(
    graph: Graph, parts: LayerParts, value: Read, grad: Read, change: Read, sent: Sent, bins: int = 20
) -> LayerStats:
    """Return the row of a layer.

    value, grad: read a node's value and its gradient.   change: what the last update added to a parameter.
    sent: what some ops sent back to a value.
    """
    carried = way(graph, parts, value)
    out = None if parts.out is None else value(parts.out)
    delta = None if parts.z is None else grad(parts.z)
    weights, updates = _joined(parts.weights, value), _joined(parts.weights, change)
    return LayerStats(
        name=parts.name,
        activations=None if out is None else summarise(out, parts.curve, bins),
        gradients=None if delta is None else summarise(delta, bins=bins),
        weights=None if weights is None else summarise(weights, bins=bins),
        updates=None if updates is None else summarise(updates, bins=bins),
        delta=None if delta is None else root_mean_square(np.asarray(delta, np.float64)),
        ratio=None if weights is None or updates is None else update_ratio(weights, updates),
        forth=strongest_forth(carried, value),
        back=strongest_back(carried, grad, sent),
        noise=gradient_noise(graph, parts, value, grad),
    )


def update_ratio(weights: Array, updates: Array) -> float | None:
    """Return log10(‖updates‖ / ‖weights‖): -inf when nothing moved, inf when the weights are zero and something did.

    None where there is no such number: of no weights, and of some that are not finite.
    """
    moved, size = (root_mean_square(np.asarray(a, np.float64)) for a in (updates, weights))
    if not (isfinite(moved) and isfinite(size)):
        return None
    return -inf if moved == 0 else inf if size == 0 else log10(moved) - log10(size)


def _joined(indexes: Sequence[int], read: Read) -> Floats | None:
    """Return the elements of several arrays in a row; None when one is not there, or none is asked for."""
    arrays = [read(i) for i in indexes]
    known = [np.asarray(a, np.float64).reshape(-1) for a in arrays if a is not None]
    return np.concatenate(known) if known and len(known) == len(arrays) else None
