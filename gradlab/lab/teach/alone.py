"""What is made of a hidden number alone: whoever sees its double knows it, too."""

from __future__ import annotations

from collections.abc import Iterable

from gradlab.graph.graph import Graph, Node
from gradlab.lab.snapshot import Hidden


def made_of_alone(graph: Graph, places: Iterable[Hidden]) -> tuple[Hidden, ...]:
    """Return the values that are worked out of hidden numbers and constants, and of nothing else; without the places given.

    Of a tensor of which one element is hidden, that element of what is worked out number by number.
    """
    given = tuple(places)
    hidden = dict.fromkeys(given)
    gradients = {place.node: place.element for place in given if place.what == "grad"}
    for node in graph.nodes:
        if node.op.role == "gradient" and int(node.attrs["of"]) in gradients:
            hidden[Hidden(node.index, "value", gradients[int(node.attrs["of"])])] = None
        elif node.inputs:
            hidden.update(dict.fromkeys(_of(graph, node, hidden)))
    return tuple(place for place in hidden if place not in given)


def _of(graph: Graph, node: Node, hidden: dict[Hidden, None]) -> list[Hidden]:
    """Return what of a node is made of hidden numbers alone."""
    read = [index for index in node.inputs if graph.nodes[index].op.role != "constant"]
    if not read:
        return []
    if all(Hidden(index, "value") in hidden for index in read):
        return [Hidden(node.index, "value")]
    if node.op.kind != "elementwise" or len(set(read)) > 1 or graph.nodes[read[0]].shape != node.shape:
        return []
    return [Hidden(node.index, "value", p.element) for p in hidden if (p.node, p.what) == (read[0], "value")]
