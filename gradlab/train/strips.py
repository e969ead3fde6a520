"""The layers of a run through time: for every n-th update the size of activations, gradients, weights and updates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from gradlab.graph.graph import Graph
from gradlab.graph.measures import BEYOND, SQUARES, SUM, SUMS, ZEROS, Floats, Measures, Probe
from gradlab.train.activations import activations
from gradlab.train.layers import LayerParts, layer_parts
from gradlab.train.measure import Quantity, StripKind, Sums
from gradlab.train.measures import MEASURES, strips
from gradlab.train.statistics import QUANTITIES

EVERY = 10
CAPACITY = 1024
"""Measured updates that are kept; when there are more, every second one is dropped."""
MOST_LAYERS = 256
RATIO = StripKind("log10 of update / weights", "updates", common=True, order=55)
"""A number of two quantities, behind the sizes of both."""


def strip_kinds() -> tuple[StripKind, ...]:
    """Return all that can be drawn through time."""
    return tuple(sorted((*strips(), RATIO), key=lambda kind: kind.order))


@dataclass(frozen=True, slots=True)
class Strip:
    """One quantity of one layer through time. Its attributes are the measures that come from sums: `strip.std`."""

    sums: Sums

    def __getattr__(self, name: str) -> Floats:
        """Return a measure at every measured update. Raises AttributeError."""
        if name not in MEASURES or MEASURES[name].sums is None:
            raise AttributeError(f"no measure `{name}` through time")
        return MEASURES[name].series(self.sums)


class Strips:
    """Measures of all layers, as they come in. updates: which updates they are of, rising."""

    def __init__(self, graph: Graph, every: int = EVERY) -> None:
        self.parts = layer_parts(graph)
        self.base, self.stride = every, 1
        self.counts, probes = _plan(graph, self.parts)
        self.measures = Measures(probes, len(self.parts) * len(QUANTITIES), every, [])
        self.updates: list[int] = []
        self._sums: list[Floats] = []

    @classmethod
    def for_graph(cls, graph: Graph) -> Strips | None:
        """Return empty strips; None for a graph that does not train, or that has more layers than a screen has rows for."""
        if not graph.objectives:
            return None
        loose = sum(graph.nodes[index].layer == "" for index in activations(graph))
        layers = {graph.layer_at(node, graph.depth) for node in graph.nodes}
        return cls(graph) if len(layers) + loose <= MOST_LAYERS else None

    def gather(self) -> None:
        """Take over what has been measured, and thin out what has become too much."""
        for update, sums in self.measures.taken:
            if not self.updates or update > self.updates[-1]:
                self.updates.append(update)
                self._sums.append(sums)
        self.measures.taken.clear()
        while len(self.updates) > CAPACITY:
            self.stride *= 2
            self.measures.every = self.base * self.stride
            kept = [i for i, update in enumerate(self.updates) if update % self.measures.every == 0]
            self.updates, self._sums = [self.updates[i] for i in kept], [self._sums[i] for i in kept]

    def cut(self, update: int) -> None:
        """Forget an update and all behind it."""
        self.measures.taken.clear()
        while self.updates and self.updates[-1] >= update:
            self.updates.pop()
            self._sums.pop()

    def of(self, quantity: Quantity) -> Mapping[str, Strip]:
        """Return the strip of every layer that has this quantity."""
        place = QUANTITIES.index(quantity)
        sums = np.array(self._sums).reshape(len(self.updates), -1, SUMS)
        found = {}
        for k, part in enumerate(self.parts):
            group = k * len(QUANTITIES) + place
            if self.counts[group]:
                found[part.name] = _strip(sums[:, group], self.counts[group])
        return found

    def series(self, kind: StripKind) -> Mapping[str, Floats]:
        """Return the numbers of every layer through time."""
        if kind == RATIO:
            return self.ratios()
        return {name: getattr(strip, kind.measure) for name, strip in self.of(kind.quantity).items()}

    def ratios(self) -> Mapping[str, Floats]:
        """Return log10(‖ΔW‖ / ‖W‖) of every layer with weights, through time; -inf where nothing moved."""
        weights, moved = self.of("weights"), {name: strip.rms for name, strip in self.of("updates").items()}
        with np.errstate(all="ignore"):
            return {
                name: np.where(size == 0, -np.inf, np.log10(size) - np.log10(weights[name].rms)) for name, size in moved.items()
            }


def _plan(graph: Graph, parts: tuple[LayerParts, ...]) -> tuple[list[int], list[Probe]]:
    """Return how many elements each group has, and the probes; a group is a quantity of a layer."""
    moved = {leaf for objective in graph.objectives for _, leaf in objective.commits}
    counts, probes = [0] * (len(parts) * len(QUANTITIES)), []
    for k, part in enumerate(parts):
        first = k * len(QUANTITIES)
        made = [Probe(first, "value", part.out, *part.curve.flat)] if part.out is not None else []
        made += [Probe(first + 1, "grad", part.z)] if part.z is not None else []
        made += [Probe(first + 2, "value", w) for w in part.weights]
        made += [Probe(first + 3, "change", w) for w in part.weights if w in moved]
        for probe in made:
            counts[probe.group] += prod(graph.nodes[probe.node].shape)
        probes += made
    return counts, probes


def _strip(sums: Floats, count: int) -> Strip:
    return Strip(Sums(count, sums[:, SUM], sums[:, SQUARES], sums[:, ZEROS], sums[:, BEYOND]))
