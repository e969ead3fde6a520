"""A list whose rows each have a letter: the letter chooses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from gradlab.draw.ink import row
from gradlab.tui.widgets.rows import RowsView
from gradlab.tui.widgets.titles import plain


class Menu(ModalScreen[str | None]):
    """Asks for one of some rows, triples of key, letter and text; returns its key, or None when it was left."""

    BINDINGS: ClassVar = [("escape", "leave", "close")]

    def __init__(self, title: str, rows: Iterable[tuple[str, str, str]]) -> None:
        super().__init__()
        self.heading = title
        self.choices = tuple(rows)

    def compose(self) -> ComposeResult:
        """Return the rows in a box."""
        with Vertical(id="menu") as box:
            box.border_title = plain(self.heading)
            box.border_subtitle = "esc closes"
            yield RowsView()

    def on_mount(self) -> None:
        """Show the rows, those without a letter too."""
        view = self.query_one(RowsView)
        view.show_rows([row((f"{letter or '·':>3}  ", "key"), (text, "")) for _, letter, text in self.choices])
        view.focus()

    def on_key(self, event: events.Key) -> None:
        """Choose by a letter; any other character changes nothing."""
        for key, letter, _ in self.choices:
            if letter and event.character == letter:
                event.stop()
                self.dismiss(key)
                return

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
