"""The layers that stand in series: the longest way of layers with weights from the inputs to the output.

Queries, keys and values are one step of it, a projection beside a skip is none; a recurrent layer is one layer.
"""

from __future__ import annotations

from dataclasses import dataclass

from gradlab.diagnose.roles import Roles
from gradlab.graph.graph import Graph
from gradlab.train.layers import LayerParts, layer_parts


@dataclass(frozen=True, slots=True)
class Depth:
    """Layers in series. hidden: from the first to the last before the output.   last: the layer of the output, or None.

    steps: the rows of the time steps of recurrent layers, by the name of the layer, in order of time.
    """

    hidden: tuple[LayerParts, ...]
    last: LayerParts | None
    steps: dict[str, tuple[LayerParts, ...]]

    @property
    def count(self) -> int:
        """The number H of hidden layers."""
        return len(self.hidden)

    @property
    def all(self) -> tuple[LayerParts, ...]:
        """The hidden layers, then that of the output."""
        return (*self.hidden, *((self.last,) if self.last else ()))

    @property
    def recurrent(self) -> bool:
        """Whether a layer among them has time steps."""
        return bool(self.steps)


def depth_of(roles: Roles) -> Depth:
    """Return the layers in series of a model."""
    graph = roles.graph
    rows = [row for row in layer_parts(graph) if row.out is not None and row.z is not None]
    names = {node.step: node.step.rpartition(".t")[0] for node in graph.nodes if node.step}
    steps: dict[str, list[LayerParts]] = {}
    for row in rows:
        if row.name in names:
            steps.setdefault(names[row.name], []).append(row)
    rows = [row for row in rows if row.name not in names and row.weights]
    end = roles.output.node if roles.output else roles.root
    chain = _longest(graph, rows, end) if end >= 0 else []
    return Depth(tuple(chain[:-1]), chain[-1] if chain else None, {name: tuple(found) for name, found in steps.items()})


def _longest(graph: Graph, rows: list[LayerParts], end: int) -> list[LayerParts]:
    """Return the longest chain of layers each of which reads the one before, that ends in what the output is made of."""
    by_z = {row.z: row for row in rows}
    best: dict[int, tuple[str, ...]] = {}
    known = {row.name: row for row in rows}
    for node in graph.nodes[: end + 1]:
        if node.phase != "f":
            continue
        longest = max((best.get(i, ()) for i in node.inputs), key=len, default=())
        row = by_z.get(node.index)
        best[node.index] = (*longest, row.name) if row is not None and row.name not in longest else longest
    return [known[name] for name in best.get(end, ())]
