"""The layers that stand in series: the longest way of layers with weights from the inputs to the output.

Queries, keys and values are one step of it, a projection beside a skip is none; a recurrent layer is one layer. Where the
normalisation and the activation behind a layer are layers of their own, or stand in none, as in models that were imported, they
are taken together with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gradlab.diagnose.roles import Roles
from gradlab.graph.graph import Graph, Node
from gradlab.train.activations import Activation, activations
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
    rows = [row for row in rows if row.name not in names and row.weights and not _only_normalises(graph, row)]
    end = roles.output.node if roles.output else roles.root
    chain = _longest(graph, rows, end) if end >= 0 else []
    bends: dict[int, Activation] = {}
    for bend in activations(graph).values():
        bends.setdefault(bend.reads, bend)
    hidden = tuple(_with_activation(graph, row, bends) for row in chain[:-1])
    return Depth(hidden, chain[-1] if chain else None, {name: tuple(found) for name, found in steps.items()})


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


def _only_normalises(graph: Graph, row: LayerParts) -> bool:
    roles = {graph.nodes[i].op.role for i in row.ops}
    return "normalise" in roles and "weigh" not in roles


def _with_activation(graph: Graph, row: LayerParts, bends: Mapping[int, Activation]) -> LayerParts:
    """Return a layer that bends nothing with the activation that reads it, over a normalisation or a pool, if there is one.

    bends: the first activation that reads a value, by its index.
    """
    if row.bends or row.out is None:
        return row
    at, z, ops = row.out, row.z, [*row.ops]
    for node in graph.nodes[at + 1 :]:
        if at in bends:
            bend = bends[at]
            return replace(row, out=bend.node, z=z, ops=(*ops, bend.node), bends=(bend,), curve=bend.curve)
        if at in node.inputs and node.phase == "f" and _leads_on(node, graph.nodes[at]):
            at, z = node.index, node.index if node.op.role == "normalise" else z
            ops.append(at)
    return row


def _leads_on(node: Node, source: Node) -> bool:
    """Whether an op passes all of a value on as it is, in another shape or scale; a half of it is a gate."""
    alone = {*node.inputs} == {source.index}
    return node.op.role == "normalise" or (
        alone and (node.op.role == "pool" or (node.op.role == "shape" and node.size == source.size))
    )
