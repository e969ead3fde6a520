"""Where the first NaN or infinity came up: cheap enough to be asked after every step.

Forward: the first op, in the order in which they run, whose output is not finite though all its inputs are; a leaf that is not
finite is an origin, too. If forward is clean, the first backward op that sends something not finite though it was sent finite
numbers. What follows from an origin is not told again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gradlab.graph.graph import Graph
from gradlab.op import Array

Read = Callable[[int], Array | None]
"""Returns the array of a node by its index, or None when there is none."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    rule: its name.   node: index of the node it is about, or -1.   text: one sentence, with the numbers.
    severity: error, warning or info.   update: in which it was seen, or -1.
    """

    rule: str
    node: int
    text: str
    severity: str = "error"
    update: int = -1


def nan_origin(graph: Graph, value: Read, grad: Read, order: Sequence[int] = ()) -> Finding | None:
    """Return the origin, if there is one.

    value, grad: read a node.   order: the nodes whose ops ran backward, in that order.
    """
    return _forward(graph, value) or _backward(graph, grad, order)


def _forward(graph: Graph, value: Read) -> Finding | None:
    for node in graph.nodes:
        array = value(node.index)
        if array is None or _finite(array) or node.op.role == "gradient":
            continue
        if all(_finite(value(i)) for i in node.inputs):
            where = "is given as it is" if node.is_leaf else f"from finite inputs of `{node.op.name}`"
            return Finding("nan_origin", node.index, f"{_worst(array)} in `{node.name}`{_place(array)}, {where}")
    return None


def _backward(graph: Graph, grad: Read, order: Sequence[int]) -> Finding | None:
    for index in order:
        node = graph.nodes[index]
        incoming = grad(index)
        if incoming is None or not _finite(incoming):
            continue
        for source in node.inputs:
            sent = grad(source)
            if sent is not None and not _finite(sent):
                name = graph.nodes[source].name
                origin = f"sent by `{node.name}` ({node.op.name}), whose gradient is finite"
                return Finding("nan_origin", source, f"{_worst(sent)} in grad({name}){_place(sent)}, {origin}")
    return None


def _finite(array: Array | None) -> bool:
    return array is None or bool(np.isfinite(array).all())


def _worst(array: Array) -> str:
    bad = array[~np.isfinite(array)].reshape(-1)[0]
    return "NaN" if np.isnan(bad) else f"{bad:+}"


def _place(array: Array) -> str:
    if array.shape == ():
        return ""
    first = [int(i) for i in np.argwhere(~np.isfinite(array))[0]]
    count = int(np.count_nonzero(~np.isfinite(array)))
    return f" at {first} ({count:,} of {array.size:,} numbers)"
