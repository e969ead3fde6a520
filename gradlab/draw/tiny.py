"""What there is to see where there is no room for a panel: the position, and the number that is chosen."""

from __future__ import annotations

from gradlab.axis.position import State
from gradlab.draw.canvas_box import Plate, Reading, amount_row
from gradlab.draw.header import Whereabouts
from gradlab.draw.ink import Row, clip, row
from gradlab.draw.position import position_text
from gradlab.lab.snapshot import Brief, Snapshot

AMOUNT = 16
"""Columns of a number with its letter."""


def tiny_rows(place: Whereabouts, snapshot: Snapshot, brief: Brief | None, width: int) -> list[Row]:
    """Return the rows: where the run is, the node that is chosen, its value and its gradient."""
    if not place.nodes:
        return [clip(row((place.title or "gradlab", "title")), width)]
    position = snapshot.position
    rows = [row((str(position), "here"), (f"  {position_text(position, snapshot.counts)}", ""))]
    node = place.node
    if node is not None:
        value, grad = (_state(states, node.index) for states in (snapshot.value_states, snapshot.grad_states))
        plate, reading = Plate(node.name, "", node.shape), Reading(value, grad, brief)
        rows.append(row((node.name, "title")))
        rows.append(amount_row("v", value, reading, plate, AMOUNT))
        if node.phase != "u":
            rows.append(amount_row("δ", grad, reading, plate, AMOUNT))
    return [clip(line, width) for line in rows]


def _state(states: bytes, node: int) -> State:
    return State(states[node]) if node < len(states) else State.PENDING
