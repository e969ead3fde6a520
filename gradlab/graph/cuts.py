"""Why no gradient comes from a root to a node: the ops that cut every path, or that there is no path at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gradlab.graph.graph import Graph, Node
from gradlab.graph.tape import Tape

Flags = npt.NDArray[np.bool_]
Passes = Callable[[Node, int], bool]
MOST = 2
"""Ops that are named."""


@lru_cache(maxsize=256)
def why_unreached(tape: Tape, root: int, index: int) -> str:
    """Return why no path leads from a node to a root, as it goes on: `, cut by `stop_gradient` in h`."""
    return cut_text(tape.graph, root, index)


def cut_text(graph: Graph, root: int, index: int) -> str:
    """Return the same of a graph without a tape."""
    made = behind(graph, root)
    if not made[index]:
        return f", and {graph.nodes[root].name} is not made from it"
    return f", cut by {_named(graph, cuts(graph, made, index, dead=False))}"


@lru_cache(maxsize=256)
def why_zero(tape: Tape, root: int, index: int) -> str:
    """Return which ops with a derivative of 0 everywhere cut all paths from a node to a root; "" when none do."""
    graph = tape.graph
    if index == root or _live(tape, root)[index]:
        return ""
    made = behind(graph, root)
    return f"every path to the root is cut by {_named(graph, cuts(graph, made, index))}" if made[index] else ""


def cuts(graph: Graph, made: Flags, index: int, dead: bool = True) -> list[tuple[int, int]]:
    """Return the edges, pairs (consumer, input), at which all that a node sends on ends before a root.

    made: whether the root is made from a node.   dead: whether a derivative of 0 everywhere cuts, too.
    """
    alive, found = {index}, []
    for node in graph.nodes[index + 1 :]:
        if not made[node.index] or alive.isdisjoint(node.inputs):
            continue
        for position, source in enumerate(node.inputs):
            if source not in alive:
                continue
            if not node.op.flows(position) or (dead and node.op.is_flat(position)):
                found.append((node.index, position))
            else:
                alive.add(node.index)
    return found


def behind(graph: Graph, root: int, flowing: bool = False) -> Flags:
    """Return whether the root is made from each node, itself included. flowing: on a path that a gradient takes back."""
    return _traced(graph, root, lambda node, position: not flowing or node.op.flows(position))


@lru_cache(maxsize=64)
def _live(tape: Tape, root: int) -> Flags:
    """Return whether a path without a derivative of 0 everywhere leads from each node to the root."""
    return _traced(tape.graph, root, lambda node, position: node.op.flows(position) and not node.op.is_flat(position))


def _traced(graph: Graph, root: int, passes: Passes) -> Flags:
    found = np.zeros(len(graph.nodes), np.bool_)
    found[root] = True
    for index in range(root, -1, -1):
        if found[index]:
            node = graph.nodes[index]
            for position, source in enumerate(node.inputs):
                if not found[source] and passes(node, position):
                    found[source] = True
    return found


def _named(graph: Graph, edges: Sequence[tuple[int, int]]) -> str:
    """Return the ops of edges; of one that lets a gradient through to others of its inputs, the input's letter, too."""
    told = list(dict.fromkeys(_one(graph.nodes[consumer], position) for consumer, position in edges))
    rest = len(told) - MOST
    return " and ".join(told) if rest <= 0 else f"{', '.join(told[:MOST])} and {rest:,} more"


def _one(node: Node, position: int) -> str:
    op = node.op
    open_to = any(op.flows(k) and not op.is_flat(k) for k in range(len(op.inputs)))
    return f"{f'`{op.inputs[position]}` of ' if open_to else ''}`{op.name}` in {node.name}"
