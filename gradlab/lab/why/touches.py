"""Which numbers of an op hang together: what one number of an operand moves, and which numbers of the operands move one result.

They come from the local derivatives of the op, the same that a ledger multiplies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from gradlab.axis.position import State
from gradlab.axis.run import Run
from gradlab.graph.graph import Node
from gradlab.lab.why.local import local_derivatives
from gradlab.op import Array

OLD = {State.PAST: "is of an earlier update", State.STALE: "is stale"}
MOST = 1_500
"""Numbers of operands whose derivatives are asked for at once."""


@dataclass(frozen=True, slots=True)
class Touched:
    """Numbers of one node: flat places, and by how much each moves, or moves the chosen one. A derivative may be 0."""

    places: Array
    derivatives: Array


@dataclass(frozen=True, slots=True)
class Touches:
    """What one number touches.

    nodes: the op and its operands.   by_node: what is known of each of them.   note: what is not known, and why.
    """

    nodes: tuple[int, ...] = ()
    by_node: Mapping[int, Touched] = field(default_factory=dict)
    note: str = ""


def touches(run: Run, op: int, node: int, element: int, seen: Mapping[int, Sequence[int]]) -> Touches:
    """Return what one number touches in an op: an operand's in the result, the result's in the operands.

    node: an operand of the op, or the op itself.   seen: for each operand the flat places that are looked through.
    """
    reader = run.graph.nodes[op]
    nodes = (op, *reader.inputs)
    if why := _unknown(run, reader) or (_closed(run, reader, node) if node != op else ""):
        return Touches(nodes, note=why)
    if node != op:
        return Touches(nodes, {op: _moved(run, reader, node, element)})
    return Touches(nodes, *_moving(run, reader, element, seen))


def _unknown(run: Run, reader: Node) -> str:
    if reader.is_leaf:
        return f"{reader.name} is not computed: it touches nothing here"
    for node in (reader.index, *reader.inputs):
        state = run.value_state(node)
        if state is not State.DONE:
            what = f"{run.graph.nodes[node].name} {OLD.get(state, 'is pending')}"
            return f"{what}: what touches what is known once {reader.name} has run"
    return ""


def _closed(run: Run, reader: Node, node: int) -> str:
    """Say that no gradient flows from a node into an op; "" where one does."""
    if any(reader.op.flows(position) for position, source in enumerate(reader.inputs) if source == node):
        return ""
    return f"no gradient flows through {reader.op.name} to {run.graph.nodes[node].name}: what its numbers move is not known"


def _moved(run: Run, reader: Node, node: int, element: int) -> Touched:
    """Return what one number of an operand moves; an operand that is read twice moves it in both ways."""
    ways = [k for k, source in enumerate(reader.inputs) if source == node and reader.op.flows(k)]
    parts = [local_derivatives(run.machine, reader, position, element) for position in ways]
    if len(parts) == 1:
        return Touched(parts[0][0], np.asarray(parts[0][1], np.float64))
    places, of = np.unique(np.concatenate([places for places, _ in parts]), return_inverse=True)
    derivatives = np.zeros(len(places))
    np.add.at(derivatives, of, np.concatenate([slopes for _, slopes in parts]))
    return Touched(places, derivatives)


def _moving(run: Run, reader: Node, element: int, seen: Mapping[int, Sequence[int]]) -> tuple[dict[int, Touched], str]:
    """Return the numbers of the operands that move one of the result, and what is not known."""
    found: dict[int, Touched] = {}
    notes: list[str] = []
    room = MOST
    for node, places in seen.items():
        if why := _closed(run, reader, node):
            notes.append(why)
            continue
        room -= len(places)
        if room < 0:
            notes.append(f"{run.graph.nodes[node].name} is not looked through: too many numbers are in sight")
            continue
        hits = [(place, slope) for place in places if (slope := _slope(_moved(run, reader, node, place), element)) is not None]
        found[node] = Touched(np.array([p for p, _ in hits], np.int64), np.array([s for _, s in hits], np.float64))
    return found, "; ".join(notes)


def _slope(moved: Touched, element: int) -> float | None:
    here = np.flatnonzero(moved.places == element)
    return float(moved.derivatives[here[0]]) if len(here) else None
