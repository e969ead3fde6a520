"""What the numbers level of the graph asks of the laboratory. Runs in the lab thread."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from gradlab.axis.position import State
from gradlab.draw.scalars import ROWS, NumberSheet, OpNumbers, OpTable, SentThrough, columns_for, framed, sheet_of
from gradlab.errors import ActionError
from gradlab.lab.snapshot import NodeInfo
from gradlab.lab.why.arrivals import Drill
from gradlab.tui.moment import Look

if TYPE_CHECKING:
    from gradlab.session import Lab

PARTS = 4
"""Parts of a gradient that are written out."""
OVERHEAD = 7
OPERANDS = 6
"""Operands that are shown."""
LEAST_WIDTH = 24


def op_of(nodes: tuple[NodeInfo, ...], op: int, focus: int) -> int:
    """Return the op whose numbers are shown when a node is looked at: the one before, if it has to do with it, or -1."""
    if not 0 <= focus < len(nodes):
        return -1
    if 0 <= op < len(nodes) and (focus == op or focus in nodes[op].inputs):
        return op
    if not nodes[focus].is_leaf:
        return focus
    return next((one.index for one in nodes if focus in one.inputs), focus)


@dataclass(frozen=True, slots=True)
class NumbersPicture:
    """The numbers of an op, and how they are drawn."""

    found: OpNumbers
    sheet: NumberSheet


def ask_numbers(lab: Lab, look: Look, op: int, size: tuple[int, int]) -> NumbersPicture | None:
    """Return the numbers of an op for a screen of some columns and rows."""
    at = op_of(lab.nodes, op, look.focus)
    if at < 0:
        return None
    found = numbers_of(lab, look, at, size)
    return NumbersPicture(found, sheet_of(found, max(LEAST_WIDTH, size[0])))


def numbers_of(lab: Lab, look: Look, op: int, size: tuple[int, int]) -> OpNumbers:
    """Return the numbers of an op, as many as are shown."""
    nodes = lab.nodes
    operands, note = _operands(nodes[op], look.focus)
    columns, rows = columns_for(size[0], len(operands)), max(3, min(ROWS, (size[1] - 2 * OVERHEAD) // 2))
    tables = {node: _table(lab, look, nodes[node], rows, columns) for node in (*operands, op)}
    found = lab.touches(op, look.focus, look.element, {node: _places(tables[node]) for node in operands})
    touched = {node: framed(tables[node], one.places, one.derivatives) for node, one in found.by_node.items()}
    terms, more, total = _terms(lab, look, op) if look.focus != op else ((), 0, None)
    title = f"{nodes[op].name} = {nodes[op].expression}" if nodes[op].expression else nodes[op].name
    shown = tuple(tables[node] for node in operands)
    notes = "; ".join(filter(None, (note, found.note)))
    return OpNumbers(op, title, shown, tables[op], (look.focus, look.element), touched, notes, terms, more, total)


def _operands(op: NodeInfo, focus: int) -> tuple[tuple[int, ...], str]:
    """Return the operands that are shown, each once, and what is said of the others. The chosen one is among them."""
    operands = tuple(dict.fromkeys(op.inputs))
    if len(operands) <= OPERANDS:
        return operands, ""
    first = max(0, min(operands.index(focus) - OPERANDS // 2, len(operands) - OPERANDS)) if focus in operands else 0
    return operands[first : first + OPERANDS], f"{len(operands) - OPERANDS} more operands are not shown"


def _table(lab: Lab, look: Look, info: NodeInfo, rows: int, columns: int) -> OpTable:
    """Return the window of a node; that of the chosen one holds the chosen number."""
    across = max(1, info.shape[-1]) if info.shape else 1
    down = prod(info.shape[:-1]) if info.shape else 1
    r, c = divmod(look.element, across) if info.index == look.focus else (0, 0)
    row0 = max(0, min(r - rows // 2, down - rows))
    col0 = max(0, min(c - columns // 2, across - columns))
    size = (min(rows, down), min(columns, across) if prod(info.shape) else 0)
    value, grad = (_window(lab, look, info, what, (row0, col0), size) for what in ("value", "grad"))
    secret = {what: one.hidden for what, one in (("value", value), ("grad", grad)) if one is not None}
    numbers, gradients = (None if one is None else one.array for one in (value, grad))
    return OpTable(info.index, info.name, info.shape, row0, col0, *size, numbers, gradients, secret)


def _window(lab: Lab, look: Look, info: NodeInfo, what: str, start: tuple[int, int], size: tuple[int, int]) -> Any:
    states = look.snapshot.value_states if what == "value" else look.snapshot.grad_states
    if info.index >= len(states) or State(states[info.index]) == State.PENDING or (what == "grad" and info.phase == "u"):
        return None
    try:
        return lab.window(info.index, what, start[0], size[0], start[1], size[1])
    except ActionError:
        return None


def _places(one: OpTable) -> list[int]:
    return [one.element((r, c)) for r in range(one.rows) for c in range(one.columns)]


def _terms(lab: Lab, look: Look, op: int) -> tuple[tuple[SentThrough, ...], int, float | None]:
    """Return the largest parts of the gradient of the chosen number that came through the op, how many more, and their sum."""
    states = look.snapshot.grad_states
    if look.focus >= len(states) or State(states[look.focus]) not in (State.FINAL, State.PARTIAL):
        return (), 0, None
    try:
        found = lab.ledger(look.focus, look.element, Drill((op,)))
    except ActionError:
        return (), 0, None
    rows = sorted(found.rows, key=lambda one: one.place)
    shown = rows if len(rows) <= PARTS else sorted(rows, key=lambda one: -abs(one.part))[:PARTS]
    terms = tuple(SentThrough(one.name, one.upstream, one.local, one.part) for one in shown)
    return terms, found.terms - len(terms), sum(group.part for group in found.groups)
