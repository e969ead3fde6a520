"""Initial values that depend on the data: the model runs on its first batch, a layer is scaled before the next runs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gradlab.graph.graph import Graph, Node
from gradlab.graph.machine import Machine
from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.nn.initializer import Drawn
from gradlab.op import Array

ROUNDS = 10
CLOSE = 1e-6


@dataclass(slots=True, eq=False)
class Fit:
    """The scaling of all parameters of a graph that want it: by node index, for the seeds that were asked for last."""

    graph: Graph
    begin: dict[int, Drawn]
    known: dict[int, dict[int, Array]] = field(default_factory=dict)

    def values(self, seed: int) -> dict[int, Array]:
        """Return the scaled initial values under a seed, float64."""
        if seed not in self.known:
            while len(self.known) >= 8:
                del self.known[next(iter(self.known))]
            self.known[seed] = {index: feed.value(seed, 0) for index, feed in self.begin.items()}
            with np.errstate(all="ignore"):
                self.known[seed] = _scaled(self.graph, self.begin, seed)
        return self.known[seed]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """The feed of a parameter that the data scale."""

    fit: Fit
    index: int
    varies: bool = False

    def value(self, seed: int, update: int) -> Array:
        """Return the initial value, the same in every update."""
        return self.fit.values(seed)[self.index]


def fit_to_data(graph: Graph) -> None:
    """Return the parameters whose initializer asks for it a feed that scales them. All other feeds are in place."""
    begin = {node.index: node.feed for node in graph.nodes if isinstance(node.feed, Drawn) and node.feed.initializer.by_data}
    fit = Fit(graph, begin)
    for index in begin:
        graph.nodes[index].feed = Fitted(fit, index)


def _scaled(graph: Graph, begin: dict[int, Drawn], seed: int) -> dict[int, Array]:
    """Run the model once; the machine finds the orthogonal weights in the feeds, because they are known already."""
    machine = make_machine(Tape(graph))
    machine.load(seed)
    waiting = set(begin)
    for step, index in enumerate(machine.tape.forward_order):
        machine.forward(step, step + 1)
        node = graph.nodes[index]
        for weights in waiting & set(node.inputs):
            _to_unit_variance(machine, node, weights)
        waiting -= set(node.inputs)
    return {index: machine.value(index).copy() for index in begin}


def _to_unit_variance(machine: Machine, node: Node, weights: int) -> None:
    """Scale weights until the output of an op has the standard deviation 1: at once where it is linear in them."""
    for _ in range(ROUNDS if node.size else 0):
        spread = float(np.std(machine.value(node.index)))
        if not 0 < spread < np.inf or abs(spread - 1) < CLOSE:
            return
        machine.write(weights, machine.value(weights) / spread)
        machine.run_one(node.index)
