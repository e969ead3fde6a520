"""A formula of the update phase on its way to the graph: it is written down first, so that its results can be named."""

from __future__ import annotations

from typing import Protocol

from gradlab.graph.formula import NodeTerm, Written
from gradlab.graph.graph import Graph, Node
from gradlab.op import Array
from gradlab.ops import OPS


class Place(Protocol):
    """Where the nodes of a formula go."""

    graph: Graph
    updates: list[int]

    def number(self, value: float) -> Node:
        """Return the leaf of a number."""
        ...

    def array(self, name: str, array: Array) -> Node:
        """Return a new leaf that holds an array."""
        ...


class Formula(Written):
    """The `m` of an optimizer on nodes.

    outputs: results by their ending (`next`, `m.next`); they are named instead of numbered. "" is the scope itself.
    """

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.outputs: dict[str, NodeTerm] = {}

    def constant(self, value: float) -> NodeTerm:
        """Return the leaf of a number."""
        return self.of(self.place.number(value))

    def name(self, name: str, value: NodeTerm) -> NodeTerm:
        """Return the value, which will be called so."""
        self.outputs[name] = value
        return value

    def array(self, name: str, array: Array) -> NodeTerm:
        """Return an array that stands in the formula."""
        return self.of(self.place.array(name, array))

    def append(self, scope: str, layer: str) -> dict[str, Node]:
        """Append the ops to the graph, under names of the scope; return the nodes of the outputs by their endings."""
        names = {id(term): ending for ending, term in self.outputs.items()}
        nodes: dict[int, Node] = {}
        counts: dict[str, int] = {}
        for term in self.terms:
            ending = names.get(id(term))
            if ending is None:
                ending = f"_{term.op}.{counts.get(term.op, 0)}"
                counts[term.op] = counts.get(term.op, 0) + 1
            inputs = [t.node or nodes[id(t)] for t in term.inputs]
            name = f"{scope}.{ending}" if ending else scope
            node = self.place.graph.add(OPS[term.op], inputs, term.attrs, name=name, phase="u", layer=layer)
            nodes[id(term)] = node
            self.place.updates.append(node.index)
        return {ending: nodes[id(term)] for ending, term in self.outputs.items()}


__all__ = ["Formula", "NodeTerm", "Place"]
