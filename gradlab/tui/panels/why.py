"""Panel 3: where a gradient comes from."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

from gradlab.lab.snapshot import State
from gradlab.tui.moment import Look, Moment, Request
from gradlab.tui.panels._panel import Panel, PanelKind
from gradlab.tui.panels.node import states
from gradlab.tui.renderables.ink import Row, row, wrap
from gradlab.tui.renderables.ledger import Part, ledger_rows
from gradlab.tui.renderables.table import element_text

if TYPE_CHECKING:
    from gradlab.lab import Lab

READING = """\
The gradient of the chosen number is a sum: one part for every node that reads it. A part is upstream (the gradient that has
arrived at the reader) times local (how much the reader moves when this number moves). The share is the part of the total; with
shares above 100 % parts cancel one another.

up and down choose a part, enter goes to its reader and asks there again: follow it and you arrive at the root, whose gradient
is 1. `k` compares the gradient with differences."""


class WhyPanel(Panel):
    """The ledger of one element of one node."""

    BINDINGS: ClassVar = [
        ("up", "choose(-1)", "part above"),
        ("down", "choose(1)", "part below"),
        ("enter", "drill", "go to the reader"),
    ]

    def __init__(self) -> None:
        super().__init__("why")
        self.chosen = 0
        self._asked = (-1, 0)

    def request(self) -> Request:
        """Ask for the ledger."""
        return ask

    def show(self, moment: Moment) -> None:
        """Draw another moment; another number begins with its first part."""
        if (moment.focus, moment.element) != self._asked:
            self._asked, self.chosen = (moment.focus, moment.element), 0
        super().show(moment)

    def marked_row(self) -> int:
        """Give the row of the chosen part; it shows only while the panel has the keys."""
        ledger = self._ledger()
        return self._lead() + 1 + self.chosen if ledger is not None and ledger.rows and self.has_focus else -1

    def on_focus(self) -> None:
        """Show which part is chosen."""
        self.redraw()

    def on_blur(self) -> None:
        """Show no choice any more."""
        self.redraw()

    def action_choose(self, by: int) -> None:
        """Choose another part."""
        ledger = self._ledger()
        if ledger is not None:
            self.chosen = max(0, min(self.chosen + by, len(ledger.rows) - 1))
            self.redraw()

    def action_drill(self) -> None:
        """Look at the reader of the chosen part."""
        ledger = self._ledger()
        if ledger is not None and self.chosen < len(ledger.rows):
            self.post_message(self.Goes(ledger.rows[self.chosen].consumer, ledger.rows[self.chosen].place))

    def draw(self, width: int) -> Sequence[Row]:
        """Give the ledger, or what speaks against one."""
        node, ledger = self.moment.node, self._ledger()
        if node is None:
            return [row(("no node is chosen", "dim"))]
        if ledger is None:
            return [*_title(self.moment), *self._nothing(width)]
        if not ledger.rows and ledger.note:
            return [*_title(self.moment), *wrap(row((ledger.note, "dim")), width)]
        parts = [Part(r.name, r.upstream, r.local, r.part, r.share) for r in ledger.rows]
        rows = [*_title(self.moment), *ledger_rows(parts, ledger.other, ledger.total, width)]
        for note in (ledger.note or "").split("\n"):
            rows += wrap(row((note, "dim")), width) if note else []
        if parts:
            name = parts[min(self.chosen, len(parts) - 1)].through
            rows += wrap(
                row(("enter", "key"), (f": why {name}?   ", "dim"), ("k", "key"), (": compare with differences", "dim")), width
            )
        return rows

    def _nothing(self, width: int) -> list[Row]:
        """Say why there is no ledger."""
        state = states(self.moment.snapshot.grad_states, self.moment.focus)
        if state == State.PENDING:
            return wrap(row(("the gradient is pending: `b` runs the backward pass, `n` one op of it", "dim")), width)
        return self.complaint()

    def _ledger(self) -> Any:
        found = self.moment.pictures.get("why")
        return None if found is None or isinstance(found, str) else found

    def _lead(self) -> int:
        return len(_title(self.moment))


def _title(moment: Moment) -> list[Row]:
    """Give the row that names the number."""
    node = moment.node
    assert node is not None
    place = f"[{element_text(node.shape, moment.element)}]" if prod(node.shape) > 1 else ""
    root = moment.snapshot.root or "root"
    return [row((f"∂{root}/∂", "dim"), (f"{node.name}{place}", "title"))]


def ask(lab: Lab, look: Look) -> Any:
    """Ask for the ledger, if the gradient is there."""
    if look.focus < 0 or states(look.snapshot.grad_states, look.focus) == State.PENDING:
        return None
    return lab.ledger(look.focus, look.element)


PANEL = PanelKind("why", 3, "why", READING, WhyPanel, place="right")
