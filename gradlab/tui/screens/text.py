"""A text to read: the help of a panel, or what is wrong with a file; and a question with yes and no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from gradlab.draw.ink import Row
from gradlab.draw.reading import laid_out
from gradlab.tui.widgets.rows import RowsView
from gradlab.tui.widgets.titles import plain


class TextView(RowsView):
    """The text, laid out for the width that there is."""

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__()
        self.text = tuple(rows)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the text out anew."""
        self.show_rows(laid_out(self.text, self.scrollable_content_region.width))


class TextScreen(ModalScreen[None]):
    """Rows to scroll through; escape, enter, q or ? closes them."""

    BINDINGS: ClassVar = [("escape,enter,q,question_mark", "leave", "close")]

    def __init__(self, title: str, rows: Sequence[Row]) -> None:
        super().__init__()
        self.heading = title
        self.rows = tuple(rows)

    def compose(self) -> ComposeResult:
        """Return the text in a box."""
        with Vertical(id="text") as box:
            box.border_title = plain(self.heading)
            box.border_subtitle = "esc closes"
            yield TextView(self.rows)

    def on_mount(self) -> None:
        """Return the keys to the text."""
        self.query_one(TextView).focus()

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)


class Question(ModalScreen[bool]):
    """A question that is answered with y or n."""

    BINDINGS: ClassVar = [("y,enter", "answer(True)", "yes"), ("n,escape,q", "answer(False)", "no")]

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__()
        self.rows = tuple(rows)

    def compose(self) -> ComposeResult:
        """Return the question in a box."""
        with Vertical(id="question"):
            yield RowsView()

    def on_mount(self) -> None:
        """Show the question."""
        self.query_one(RowsView).show_rows(self.rows)
        self.query_one(RowsView).focus()

    def action_answer(self, yes: bool) -> None:
        """Answer."""
        self.dismiss(yes)
