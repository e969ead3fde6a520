"""What a panel is: rows made from a moment, a request for what it needs, and a text that says how to read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from textual import events
from textual.message import Message

from gradlab.draw.ink import Row, row
from gradlab.tui.keys import Keys, bindings_of
from gradlab.tui.moment import Moment, Request, internal
from gradlab.tui.widgets.internals import Banded
from gradlab.tui.widgets.rows import RowsView


@dataclass(frozen=True, slots=True)
class PanelKind:
    """One kind of panel.

    order: its place among the panels.   title: a word or two.   reading: how to read it, shown by `?`.   make: gives the panel.
    place: "left" or "right" in the wide layout, or "full" (the whole area to itself).
    on_demand: in the wide layout it is there only once there is something to show.
    letter: chooses it from the list of the panels.   digit: its key, given to the first ten.
    """

    name: str
    order: int
    title: str
    reading: str
    make: Callable[[], PanelWidget]
    place: str = "full"
    on_demand: bool = False
    letter: str = ""
    digit: str = ""

    @property
    def label(self) -> str:
        """The title behind the digit, or else the letter."""
        return f"{self.digit or self.letter} {self.title}".strip()


def numbered(kinds: Iterable[PanelKind], refuse: Callable[[PanelKind, str], None]) -> tuple[PanelKind, ...]:
    """Return the panels with digits for the first ten. A letter is that of the first who has it; `refuse` is told of others."""
    found: list[PanelKind] = []
    letters: dict[str, str] = {}
    for kind, digit in zip_longest(kinds, "1234567890", fillvalue=""):
        if not isinstance(kind, PanelKind):
            break
        letter = kind.letter if len(kind.letter) == 1 and kind.letter.isalnum() else ""
        if kind.letter and not letter:
            refuse(kind, f"`{kind.letter}` is no letter for the panel `{kind.name}`")
        elif letter in letters:
            refuse(kind, f"the letter `{letter}` of the panel `{kind.name}` is that of the panel `{letters[letter]}`")
            letter = ""
        letters.update({letter: kind.name} if letter else {})
        found.append(replace(kind, letter=letter, digit=digit))
    return tuple(found)


WAYS = {"left": (-1, 0), "down": (0, 1), "up": (0, -1), "right": (1, 0)}
"""Columns and rows that a direction leads by."""


class Facets(Banded):
    """What of its subject a panel shows, one after the other. facets: their names.   facet: the one that is shown."""

    facets: tuple[str, ...] = ()
    facet = ""

    def next_facet(self, by: int = 1) -> str:
        """Show the facet behind, behind the last the first; return why there is none, or ""."""
        if len(self.facets) < 2:
            return "this panel shows one thing"
        at = self.facets.index(self.facet) if self.facet in self.facets else 0
        self.facet = self.facets[(at + by) % len(self.facets)]
        self.show_facet()
        return ""

    def previous_facet(self) -> str:
        """Show the facet before; return why there is none, or ""."""
        return self.next_facet(-1)

    def show_facet(self) -> None:
        """Draw another facet."""


class PanelWidget(Facets):
    """What the screen asks of every panel. keys: which a person changed.

    A panel has no keys of its own. What the keys of the screen ask of it are methods that return why nothing could be done, or
    "" where it was.
    """

    scope = ""
    keys = Keys()

    def cursor(self, way: str) -> str:
        """Move the cursor "left", "down", "up" or "right"; return why it cannot be, or ""."""
        return "nothing in this panel has a cursor"

    def scroll_view(self, way: str) -> str:
        """Move the view, not the cursor; return why it cannot be, or ""."""
        return "all of this panel is in sight"

    def enter(self) -> str:
        """Go into what the cursor is on; return why it cannot be, or ""."""
        return "there is nothing to go into here"

    def go_back(self) -> bool:
        """Go back to where the panel last went into something; return whether it has."""
        return False

    def nearer(self) -> str:
        """Show it from nearer by; return why it cannot be, or ""."""
        return "this panel has no zoom"

    def farther(self) -> str:
        """Show it from farther off; return why it cannot be, or ""."""
        return "this panel has no zoom"

    def first(self) -> str:
        """Go to the beginning; return why it cannot be, or ""."""
        return "this is the beginning"

    def last(self) -> str:
        """Go to the end; return why it cannot be, or ""."""
        return "this is the end"

    def page(self, by: float) -> str:
        """Go some pages on, or back where it is negative; return why it cannot be, or ""."""
        return "all of this panel is in sight"

    def __init_subclass__(cls, **options: Any) -> None:
        cls.BINDINGS = list(bindings_of(cls))
        super().__init_subclass__(**options)

    def key(self, command: str) -> str:
        """Return the key of a command as it is shown."""
        return self.keys.sign(command)

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
            try:
                rows, marked = self.draw(width), self.marked_row()
            except Exception as error:  # noqa: BLE001  this panel says so, the others go on
                rows, marked = [row((internal(error), "warn"))], -1
            self.show_rows(rows, marked)

    def show_facet(self) -> None:
        """Draw another facet, and ask for what it shows."""
        self.redraw()
        self.post_message(self.Wants())

    def cursor(self, way: str) -> str:
        """Scroll by a row or a column: a panel of rows has no cursor unless it says so."""
        return self.scroll_view(way)

    def scroll_view(self, way: str) -> str:
        """Scroll by a row or a column."""
        across, down = WAYS[way]
        return self._scroll_by(across, down)

    def _scroll_by(self, across: float, down: float) -> str:
        """Scroll, and return that there is no more if there is none."""
        before = self.scroll_offset
        self.scroll_relative(x=across or None, y=down or None, animate=False, force=True, immediate=True)
        return "" if self.scroll_offset != before else "there is no more in this direction"

    def first(self) -> str:
        """Scroll to the top."""
        return self._scroll_by(0, -self.virtual_size.height)

    def last(self) -> str:
        """Scroll to the foot."""
        return self._scroll_by(0, self.virtual_size.height)

    def page(self, by: float) -> str:
        """Scroll by some heights of the panel, one row less, so that something stays in sight."""
        height = max(1, self.scrollable_content_region.height - 1)
        return self._scroll_by(0, int(by * height))

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
