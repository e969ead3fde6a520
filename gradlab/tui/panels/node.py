"""Panel 2: one node, its formula with symbols and with numbers, its value and its gradient."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from gradlab.axis.position import State
from gradlab.draw.attention import AttentionMap, attention_rows
from gradlab.draw.heat import half_blocks
from gradlab.draw.ink import Goal, Row, row, spread, width_of, wrap
from gradlab.draw.layer import summary_rows
from gradlab.draw.names import NodeNames
from gradlab.draw.node import node_list_rows, slope_rows
from gradlab.draw.number import PENDING, number
from gradlab.draw.ramp import ramp_rows
from gradlab.draw.states import grad_text, value_text
from gradlab.draw.table import columns_in, pending_table, table
from gradlab.lab.hidden import HIDDEN
from gradlab.lab.snapshot import NodeInfo
from gradlab.tui.moment import Request
from gradlab.tui.panels._choosing import ChoosingPanel
from gradlab.tui.panels._node_picture import NodePicture, ask, grid, states
from gradlab.tui.panels._panel import WAYS, PanelKind
from gradlab.tui.styles import has_shades

READING = """\
What this node computes, first with names, then with the numbers in it, and the slope to each of its inputs: the local
derivative, as a formula and as a number; behind ▸ stands what was sent there, delta times the slope. delta is ∂root/∂node;
the root is named in the header of the table. `·` is a number that does not exist yet: it is not 0.

Tables: the arrow keys move the mark ◂ to another element; formula, slopes and ledger are about that element, and enter asks
why it is what it is. Colour repeats the size within the window (blue positive, orange negative), the sign is always there as
text. A low panel has only the table of the phase. The facet picture shows the tensor as a map, histogram how its numbers are
spread, update what the optimizer works out for a parameter, or what is in the data, and lists its inputs and its readers:
enter goes there.

States: pending, not computed; partial k/n, k of n readers have sent their part of the gradient; final, all have; past, of the
update before; stale, something behind it was edited; unreached, no path leads to the root, so the gradient is 0."""


FAR = 1 << 40
"""More rows and columns than a tensor has."""


class NodePanel(ChoosingPanel):
    """The inspector."""

    facets = ("numbers", "picture", "histogram", "update", "lists")
    pins = True

    def __init__(self) -> None:
        super().__init__("node")

    @property
    def as_map(self) -> bool:
        """Whether the tensor is shown as a map."""
        return self.facet_name == "picture"

    @property
    def walks(self) -> bool:
        """Whether the cursor goes from element to element; else it goes over the rows of a list."""
        return self.facet_name in ("numbers", "picture")

    # ---- what a person does ----------------------------------------------------------------------------------------

    def cursor(self, way: str) -> str:
        """Choose the next element in a direction, or another row of a list."""
        across, down = WAYS[way]
        return self._go(down, across) if self.walks else super().cursor(way)

    def first(self) -> str:
        """Choose the first element, or the first row of a list."""
        return self._go(-FAR, -FAR) if self.walks else super().first()

    def last(self) -> str:
        """Choose the last element, or the last row of a list."""
        return self._go(FAR, FAR) if self.walks else super().last()

    def page(self, by: float) -> str:
        """Choose an element some rows on: as many as half the panel has, for each page."""
        return self._go(int(by * max(2, self.scrollable_content_region.height // 2)), 0) if self.walks else super().page(by)

    def enter(self) -> str:
        """Ask why the number is what it is; of a list, go to the chosen node."""
        if not self.walks:
            return super().enter()
        if self.moment.node is None:
            return "no node is chosen"
        self.post_message(self.Follows(Goal(line="show why")))
        return ""

    def _go(self, rows: int, columns: int) -> str:
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
        self.pinned = None if self.pinned is None else (node.index, r * width + c)
        self.post_message(self.Goes(node.index, r * width + c))
        return ""

    def marked_row(self) -> int:
        """Return the chosen row of a list; elements have a mark of their own."""
        return -1 if self.walks else super().marked_row()

    # ---- drawing ---------------------------------------------------------------------------------------------------

    def request(self) -> Request:
        """Ask for what the facet shows, and for as many numbers as fit."""
        size, facet = self.scrollable_content_region.size, self.facet_name
        return lambda lab, look: ask(lab, look, size.width, size.height, facet)

    def listed(self, width: int) -> Sequence[Row]:
        """Return the head and what the facet shows."""
        node, picture = self.moment.node, self.picture(NodePicture)
        self.subtitle = "" if node is None else node.name
        if node is None:
            return [row(("no node is chosen", "dim"))]
        if picture is None or picture.index != node.index:
            return [*_head(node, self.names, width), *self.complaint()]
        head = [*_head(node, self.names, width), *self._numbers(node, picture, width)]
        draw = {"histogram": self._histograms, "update": self._update, "lists": self._lists}.get(self.facet_name)
        if draw is not None:
            return [*head, row(""), *draw(node, picture, width)]
        foot = [*self._formula(picture, width), *slope_rows(picture.slopes, self.names, width)]
        if prod(node.shape) == 1:
            return [*head, *foot]
        if picture.attention is not None:
            return [*head, *self._attention(picture.attention, width, len(head)), row(""), *foot]
        return [*head, *self._tables(node, picture, width), row(""), *foot]

    def _attention(self, found: AttentionMap, width: int, above: int) -> list[Row]:
        """Return one head of attention. above: rows that stand above it."""
        many = len(found.weights)
        at = divmod(self.moment.element % (many * many), many)
        return attention_rows(found, at, width, max(6, self.scrollable_content_region.height - above))

    def _formula(self, picture: NodePicture, width: int) -> list[Row]:
        """Return the lines of the formula with numbers; what is sent has rows of its own."""
        lines = [line for line in picture.formula[1:] if not line.startswith("sends to ")]
        return [part for line in lines for part in wrap(row(*self.names.runs(line, "")), width, 4)]

    def _histograms(self, node: NodeInfo, picture: NodePicture, width: int) -> list[Row]:
        """Return the histograms of value and gradient."""
        rows: list[Row] = []
        height = (self.scrollable_content_region.height - 4) // 2
        for word, found in zip(("value", "gradient"), picture.spread, strict=True):
            title = row((word, "strong"))
            drawn = summary_rows(title, found, width, height) if found is not None else [row((f"{word} {PENDING}", "dim"))]
            rows += [*([row("")] if rows else []), *drawn]
        return rows

    def _update(self, node: NodeInfo, picture: NodePicture, width: int) -> list[Row]:
        """Return what the update phase works out for a parameter; of what holds data, what is in it."""
        if picture.update:
            return node_list_rows("in the update", picture.update, width, self._pending, deltas=False)
        spread = picture.spread[0]
        rows = self._formula(picture, width)
        rows += summary_rows(row(("values", "strong")), spread, width, 8) if node.is_leaf and spread else []
        return rows or [row(("no update changes it: it is no parameter", "dim"))]

    def _lists(self, node: NodeInfo, picture: NodePicture, width: int) -> list[Row]:
        """Return its inputs and its readers."""
        above = node_list_rows("inputs", picture.inputs, width, self._pending) or [row(("it has no inputs", "dim"))]
        below = node_list_rows("read by", picture.readers, width, self._pending) or [row(("nothing reads it", "dim"))]
        return [*above, row(""), *below]

    def _pending(self, index: int, what: str) -> bool:
        snapshot = self.moment.snapshot
        state = states(snapshot.value_states if what == "value" else snapshot.grad_states, index)
        return state == State.PENDING or (state == State.UNREACHED and self.moment.nodes[index].phase != "f")

    def _numbers(self, node: NodeInfo, picture: NodePicture, width: int) -> list[Row]:
        """Return value, delta and their states; a node of the update has no delta."""
        if not prod(node.shape):
            return [row(("empty", "value"), ("  there are no numbers in it", "dim"))]
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


def _head(node: NodeInfo, names: NodeNames, width: int) -> list[Row]:
    """Return the name with its expression, and what the op is."""
    shape = "scalar" if node.shape == () else " x ".join(str(size) for size in node.shape)
    left = row((node.name, "title"), *([(" = ", ""), *names.runs(node.expression, "")] if node.expression else []))
    right = row((f"{node.title}, {shape}", "dim"))
    made = [row((f"from {node.origin}", "dim"))] if node.origin else []
    if sum(len(text) for text, _ in (*left, *right)) < width:
        return [spread(left, right, width), *made]
    return [*wrap(left, width, 2), right, *made]


PANEL = PanelKind("node", 2, "node", READING, NodePanel, letter="n")
