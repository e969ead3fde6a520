"""A graph for another number of samples: what some nodes need, with an input of more rows or fewer.

Whatever has a row for each sample gets as many rows as the input. What reads all samples at once, such as the statistics of a
batch, then reads those of the new batch. An op whose arguments say how many samples there are cannot be made anew: the caller
then has to run the samples in batches of the size that the graph has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gradlab.errors import ShapeError
from gradlab.graph.graph import Graph, Node
from gradlab.op import Role

DEALT: tuple[Role, ...] = ("input", "noise")
"""Leaves that have a row for each sample."""


@dataclass(frozen=True, slots=True)
class Rebatched:
    """A graph for so many samples. nodes: for each node of the old one that is in it, its node here.

    grown: leaves that have other rows than before.
    """

    graph: Graph
    nodes: Mapping[int, Node]
    grown: tuple[int, ...]


def ancestors(graph: Graph, wanted: Iterable[int]) -> list[int]:
    """Return the nodes that some nodes need, these included, in order."""
    needed = set(wanted)
    for index in reversed(range(max(needed, default=-1) + 1)):
        if index in needed:
            needed.update(graph.nodes[index].inputs)
    return sorted(needed)


def rebatched(graph: Graph, wanted: Iterable[int], source: int, rows: int) -> Rebatched:
    """Return what some nodes need for `rows` samples. source: the input whose first axis counts samples. Raises ShapeError."""
    before = graph.nodes[source].shape[0]
    made, nodes, grown = Graph(), dict[int, Node](), list[int]()
    for index in ancestors(graph, wanted):
        old = graph.nodes[index]
        deals = index == source or (old.op.role in DEALT and old.shape[:1] == (before,))
        if old.is_leaf:
            shape = (rows, *old.shape[1:]) if deals else old.shape
            nodes[index] = made.add(old.op, [], old.attrs, name=old.name, key=old.key, shape=shape)
            grown += [index] if deals else []
            continue
        inputs = [nodes[k] for k in old.inputs]
        follows = any(nodes[k].shape != graph.nodes[k].shape for k in old.inputs)
        attrs = _fitted(old.attrs, before, rows) if follows else old.attrs
        nodes[index] = made.add(old.op, inputs, attrs, name=old.name, key=old.key)
        if follows and nodes[index].shape not in ((rows, *old.shape[1:]), old.shape):
            raise ShapeError(f"`{old.name}` has no shape for {rows:,} samples")
        if follows and nodes[index].shape == old.shape and old.shape[:1] == (before,) and rows != before:
            raise ShapeError(f"`{old.name}` has {before} samples whatever it reads")
    return Rebatched(made, nodes, tuple(grown))


def _fitted(attrs: Mapping[str, Any], before: int, rows: int) -> dict[str, Any]:
    """Return the arguments of an op for other rows: a shape that begins with the number of samples begins with the new one."""
    shape = attrs.get("shape")
    if isinstance(shape, tuple) and shape[:1] == (before,):
        return {**attrs, "shape": (rows, *shape[1:])}
    return dict(attrs)
