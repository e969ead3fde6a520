"""Panel 2: one node, its formula with symbols and with numbers, its value and its gradient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from gradlab.axis.position import State
from gradlab.draw.heat import half_blocks
from gradlab.draw.ink import Goal, Row, row, spread, width_of, wrap
from gradlab.draw.number import PENDING, number
from gradlab.draw.ramp import ramp_rows
from gradlab.draw.states import grad_text, value_text
from gradlab.draw.table import columns_in, pending_table, table
from gradlab.lab.hidden import HIDDEN
from gradlab.lab.snapshot import Brief, NodeInfo
from gradlab.tui.moment import Look, Request
from gradlab.tui.panels._panel import WAYS, Panel, PanelKind
from gradlab.tui.styles import has_shades

if TYPE_CHECKING:
    from gradlab.session import Lab

READING = """\
What this node computes, first with names, then with the numbers in it, and what its backward step sends to each of its inputs.
delta is ∂root/∂node; the root is named in the header of the table. `·` is a number that does not exist yet: it is not 0.

Tables: the arrow keys move the mark ◂ to another element; formula and ledger are about that element. Colour repeats the size
within the window (blue positive, orange negative), the sign is always there as text. `m` shows the tensor as a map instead. A
low panel has only the table of the phase: `z` enlarges it.

States: pending, not computed; partial k/n, k of n readers have sent their part of the gradient; final, all have; past, of the
update before; stale, something behind it was edited; unreached, no path leads to the root, so the gradient is 0."""


BOTH = 16


@dataclass(frozen=True, slots=True)
class NodePicture:
    """The numbers of one node: windows are None where there is nothing yet. tables: which of them are shown."""

    index: int
    brief: Brief
    value: Any
    grad: Any
    formula: tuple[str, ...]
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Window:
    """The part of both tables that is in sight, in the rows and columns of the node's two-dimensional view."""

    row0: int
    rows: int
    col0: int
    columns: int


ALL = 1 << 40
"""More rows and columns than a tensor has."""


class NodePanel(Panel):
    """The inspector."""

    facets = ("numbers", "picture")

    def __init__(self) -> None:
        super().__init__("node")

    @property
    def as_map(self) -> bool:
        """Whether the tensor is shown as a map."""
        return self.facet_name == "picture"

    def cursor(self, way: str) -> str:
        """Choose the next element in a direction."""
        across, down = WAYS[way]
        return self._choose(down, across)

    def first(self) -> str:
        """Choose the first element."""
        return self._choose(-ALL, -ALL)

    def last(self) -> str:
        """Choose the last element."""
        return self._choose(ALL, ALL)

    def page(self, by: float) -> str:
        """Choose an element some rows on: as many as half the panel has, for each page."""
        return self._choose(int(by * max(2, self.scrollable_content_region.height // 2)), 0)

    def _choose(self, rows: int, columns: int) -> str:
        """Choose another element; a scalar has only one, so the panel is scrolled instead."""
        node = self.moment.node
        if node is None or prod(node.shape) <= 1:
            return self.scroll_some(columns, rows)
        height, width = grid(node.shape)
        at = divmod(self.moment.element, width)
        r = min(max(at[0] + rows, 0), height - 1)
        c = min(max(at[1] + columns, 0), width - 1)
        if (r, c) == at:
            return "the tensor ends here"
        self.post_message(self.Goes(node.index, r * width + c))
        return ""

    def request(self) -> Request:
        """Ask for the formula and for the numbers that fit."""
        size, as_map = self.scrollable_content_region.size, self.as_map
        return lambda lab, look: ask(lab, look, size.width, size.height, as_map)

    def draw(self, width: int) -> Sequence[Row]:
        """Return the head, the formula and the tables."""
        node, picture = self.moment.node, self.picture(NodePicture)
        if node is None:
            return [row(("no node is chosen", "dim"))]
        if picture is None or picture.index != node.index:
            return [*_head(node, width), *self.complaint()]
        formula = [part for line in picture.formula[1:] for part in wrap(row(*self.names.runs(line, "")), width, 4)]
        head = [*_head(node, width), *self._numbers(node, picture, width)]
        if prod(node.shape) == 1:
            return [*head, *formula]
        return [*head, *self._tables(node, picture, width), row(""), *formula]

    def _numbers(self, node: NodeInfo, picture: NodePicture, width: int) -> list[Row]:
        """Return value, delta and their states; a node of the update has no delta."""
        brief, word = picture.brief, "" if prod(node.shape) == 1 else " rms"
        value_state, grad_state = self._states(node)
        value = self._told(value_state, brief.value)
        grad = self._told(grad_state, brief.grad)
        shown = [row((f"value{word} ", "dim"), (value, "value"), (f"  {value_text(value_state)}", "dim"))]
        if node.phase == "u":
            return shown
        shown.append(row((f"delta{word} ", "dim"), (grad, "delta"), (f"  {grad_text(grad_state, brief.partial)}", "dim")))
        both = row(*shown[0], ("   ", ""), *shown[1])
        return [both] if width_of(both) <= width else shown

    def _told(self, state: State, amount: float) -> str:
        """Return a number as a text, if there is one."""
        return PENDING if state == State.PENDING else number(amount)

    def _states(self, node: NodeInfo) -> tuple[State, State]:
        """Return the states of the value and of the gradient."""
        snapshot = self.moment.snapshot
        return states(snapshot.value_states, node.index), states(snapshot.grad_states, node.index)

    def _tables(self, node: NodeInfo, picture: NodePicture, width: int) -> list[Row]:
        """Return the tables of values and of gradients."""
        value_state, grad_state = self._states(node)
        root = f" of {self.moment.snapshot.root}" if self.moment.snapshot.root else ""
        size = grid(node.shape)
        at = divmod(self.moment.element, max(1, size[1]))
        note = f"{at[0]},{at[1]} of {size[0]} x {size[1]}"
        tables = {"value": (picture.value, value_state), "grad": (picture.grad, grad_state)}
        rows: list[Row] = []
        for what in picture.tables:
            window, state = tables[what]
            name = "value" if what == "value" else f"gradient{root}"
            rows.append(spread(row((name, "strong"), (f"  {value_text(state)}", "dim")), row((note, "dim")), width))
            rows += self._one_table(what, window, width, at)
        return rows

    def _one_table(self, what: str, window: Any, width: int, at: tuple[int, int]) -> list[Row]:
        """Return one table, or its dots while there are no numbers."""
        if window is None:
            return pending_table(1, columns_in(width))
        if window.hidden == "all" or (window.hidden and self.as_map):
            return pending_table(len(window.array), columns_in(width), HIDDEN)
        if self.as_map:
            return half_blocks(window.array) if has_shades(self.app) else ramp_rows(window.array)
        node, kind = self.moment.node, "delta" if what == "grad" else "value"
        assert node is not None
        across = max(1, grid(node.shape)[1])

        def leads(r: int, c: int) -> Goal:
            return Goal(node.index, r * across + c, kind)

        return table(window.array, window.row0, window.col0, columns_in(width), at, window.hidden, leads)


def grid(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return rows and columns of the two-dimensional view of a shape: the last axis is the columns."""
    columns = shape[-1] if shape else 1
    return (prod(shape) // columns if columns else 0), columns


def states(found: bytes, index: int) -> State:
    """Return the state of a node from the bytes of a snapshot."""
    return State(found[index]) if 0 <= index < len(found) else State.PENDING


def ask(lab: Lab, look: Look, width: int, height: int, as_map: bool) -> NodePicture | None:
    """Ask the laboratory for the numbers of the node in sight."""
    if look.focus < 0:
        return None
    node = lab.nodes[look.focus]
    brief, formula = lab.brief([node.index])[0], lab.formula(node.index, look.element)
    if prod(node.shape) <= 1:
        return NodePicture(node.index, brief, None, None, formula, ())
    tables = _tables_in(height, node.phase, look.snapshot.position.phase)
    lines = max(2, (height - 4) // len(tables) - 2)
    window = _window(node.shape, look.element, width, lines, as_map)

    def part(what: str, found: bytes) -> Any:
        if states(found, node.index) == State.PENDING or what not in tables:
            return None
        return lab.window(node.index, what, window.row0, window.rows, window.col0, window.columns)

    value, grad = part("value", look.snapshot.value_states), part("grad", look.snapshot.grad_states)
    return NodePicture(node.index, brief, value, grad, formula, tables)


def _tables_in(height: int, node_phase: str, phase: str) -> tuple[str, ...]:
    """Return which tables there are: in a low panel only that of the phase; a node of the update has no gradient."""
    if node_phase == "u":
        return ("value",)
    if height >= BOTH:
        return ("value", "grad")
    return ("grad",) if phase == "b" else ("value",)


def _window(shape: tuple[int, ...], element: int, width: int, lines: int, as_map: bool) -> _Window:
    """Return the window of so many lines that holds the marked element; a map has two rows of numbers in a line."""
    total_rows, total_columns = grid(shape)
    rows, columns = (2 * lines, width) if as_map else (lines, columns_in(width))
    at_row, at_column = divmod(element, max(1, total_columns))
    row0 = max(0, min(at_row - rows // 2, total_rows - rows))
    col0 = max(0, min(at_column - columns // 2, total_columns - columns))
    return _Window(row0, min(rows, total_rows), col0, min(columns, total_columns))


def _head(node: NodeInfo, width: int) -> list[Row]:
    """Return the name with its expression, and what the op is."""
    shape = "scalar" if node.shape == () else " x ".join(str(size) for size in node.shape)
    left = row((node.name, "title"), (f" = {node.expression}" if node.expression else "", ""))
    right = row((f"{node.title}, {shape}", "dim"))
    if sum(len(text) for text, _ in (*left, *right)) < width:
        return [spread(left, right, width)]
    return [*wrap(left, width, 2), right]


PANEL = PanelKind("node", 2, "node", READING, NodePanel, letter="n")
