"""What a panel is: rows made from a moment, a request for what it needs, and a text that says how to read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.message import Message

from gradlab.draw.ink import Row, row
from gradlab.tui.moment import Moment, Request
from gradlab.tui.widgets.rows import Banded, RowsView


@dataclass(frozen=True, slots=True)
class PanelKind:
    """One kind of panel.

    number: its key and its place.   title: a word or two.   reading: how to read it, shown by `?`.   make: gives the panel.
    place: "left" or "right" in the wide layout, or "full" (the whole area to itself).
    on_demand: in the wide layout it is there only once there is something to show.
    """

    name: str
    number: int
    title: str
    reading: str
    make: Callable[[], PanelWidget]
    place: str = "full"
    on_demand: bool = False


class PanelWidget(Banded):
    """What the screen asks of every panel."""

    class Wants(Message):
        """The panel would like another picture: it was scrolled, or shows something else."""

    class Goes(Message):
        """A person looks at another node or another element."""

        def __init__(self, focus: int, element: int = 0) -> None:
            self.focus = focus
            self.element = element
            super().__init__()

    def request(self) -> Request | None:
        """Return what is to be asked of the laboratory while the panel is visible. Runs in the app's thread."""
        return None

    def show(self, moment: Moment) -> None:
        """Draw another moment. Every moment comes once, whether the panel is in sight or not."""
        raise NotImplementedError


class Panel(RowsView, PanelWidget):
    """A panel of rows."""

    def __init__(self, kind: str) -> None:
        super().__init__(id=kind, classes="panel")
        self.kind = kind
        self.moment = Moment()

    def draw(self, width: int) -> Sequence[Row]:
        """Return the rows for `self.moment` at a width."""
        raise NotImplementedError

    def marked_row(self) -> int:
        """Return the number of the row in reverse video, or -1."""
        return -1

    def show(self, moment: Moment) -> None:
        """Draw another moment."""
        self.moment = moment
        self.redraw()

    def redraw(self) -> None:
        """Draw again, for another width or another choice."""
        width = self.scrollable_content_region.width
        if width > 0 and self.display:
            self.show_rows(self.draw(width), self.marked_row())

    def picture(self, kind: type[Any]) -> Any:
        """Return the picture that came for this panel if it is of a kind, else None."""
        found = self.moment.pictures.get(self.kind)
        return found if isinstance(found, kind) else None

    def complaint(self) -> list[Row]:
        """Return the rows of what speaks against a picture, if something does."""
        found = self.moment.pictures.get(self.kind)
        return [row((line, "warn")) for line in found.split("\n")] if isinstance(found, str) else []

    def on_show(self) -> None:
        """Draw what came while the panel was out of sight."""
        self.redraw()

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the new size, and ask again: more or fewer numbers fit now."""
        self.redraw()
        self.post_message(self.Wants())
