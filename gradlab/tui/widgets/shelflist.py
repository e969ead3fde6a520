"""The list of the browser: books under headings that fold, with one row marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual import events

from gradlab.draw.ink import Row, clip, row, spread, width_of
from gradlab.draw.preview import MARKS
from gradlab.tui.shelves import Book, Section
from gradlab.tui.widgets.rows import RowsView

TITLES_FROM = 60
"""Cells from which a row has room for a title."""
ROLES = {"done": "good", "begun": "here", "new": "dim"}


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row: a heading with its section, or a book in it. key: the same as long as it is the same row."""

    key: str
    section: Section
    book: Book | None = None


class ShelfList(RowsView):
    """Sections of books, those that are open with their books."""

    can_focus = True

    def __init__(self) -> None:
        super().__init__(id="shelf")
        self.sections: tuple[Section, ...] = ()
        self.open: set[str] = set()
        self.whole_names = False
        self.listed: tuple[ListRow, ...] = ()
        self.at = 0
        self.empty = "reading …"

    @property
    def chosen(self) -> ListRow | None:
        """The marked row."""
        return self.listed[self.at] if self.listed else None

    def fill(self, sections: Iterable[Section], *, whole_names: bool = False, keep: bool = True) -> None:
        """Show other sections. whole_names: with their folders.   keep: mark the row that was marked, if it is still there."""
        before = self.chosen.key if self.chosen is not None and keep else ""
        self.sections, self.whole_names, self.empty = tuple(sections), whole_names, "nothing fits"
        self._list(before)

    def move(self, by: int) -> None:
        """Mark another row that can be marked."""
        steps = [number for number, one in enumerate(self.listed) if _can_be_marked(one)]
        if steps:
            place = steps.index(self.at) + by if self.at in steps else 0
            self.at = steps[max(0, min(place, len(steps) - 1))]
            self.redraw()

    def fold(self, unfold: bool) -> bool:
        """Open or shut the marked section, whose heading is marked then; return whether that changed something."""
        chosen = self.chosen
        if chosen is None or not chosen.section.folds or (chosen.section.title in self.open) == unfold:
            return False
        (self.open.add if unfold else self.open.discard)(chosen.section.title)
        self._list(_heading_key(chosen.section))
        return True

    def mark(self, key: str) -> None:
        """Mark a row by its key, if it is there."""
        self._list(key)

    def _list(self, key: str) -> None:
        self.listed = tuple(self._rows())
        keys = [one.key for one in self.listed]
        first = next((n for n, one in enumerate(self.listed) if _can_be_marked(one)), 0)
        self.at = keys.index(key) if key in keys else first
        self.redraw()

    def _rows(self) -> Iterable[ListRow]:
        for section in self.sections:
            if section.title:
                yield ListRow(_heading_key(section), section)
            if not section.folds or section.title in self.open:
                yield from (ListRow(f"{section.title}\n{book.name}", section, book) for book in section.books)

    def redraw(self) -> None:
        """Draw the list."""
        width = self.scrollable_content_region.width or 40
        self.show_rows([self._row(one, width) for one in self.listed] or [row((f" {self.empty}", "dim"))], self.at)

    def _row(self, one: ListRow, width: int) -> Row:
        if one.book is None:
            return self._heading(one.section, width)
        book = one.book
        name = book.name if self.whole_names and len(book.name) < width else book.label
        left: Sequence[tuple[str, str]] = (("   ", ""), (MARKS[book.state], ROLES[book.state]), (f" {name}", ""))
        status = book.status if width_of(row(*left)) + len(book.status) + 2 <= width else ""
        if width >= TITLES_FROM:
            left = (*left, (" " * max(1, 27 - width_of(row(*left))), ""), (book.entry.title, "dim"))
        return clip(spread(row(*left), row((f"{status} ", "dim")), width), width)

    def _heading(self, section: Section, width: int) -> Row:
        sign = "" if not section.folds else "▾ " if section.title in self.open else "▸ "
        counted = f"{section.done} of {len(section.books)} {MARKS['done']} " if section.folds else ""
        return clip(spread(row((f" {sign}{section.title}", "title")), row((counted, "dim")), width), width)

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the new width."""
        self.redraw()

    def line_clicked(self, y: int) -> bool:
        """Mark the row in a line of the widget, and say whether it can be marked."""
        number = y + self.scroll_offset.y
        if not 0 <= number < len(self.listed) or not _can_be_marked(self.listed[number]):
            return False
        self.at = number
        self.redraw()
        return True


def _heading_key(section: Section) -> str:
    return f"{section.title}\n"


def _can_be_marked(one: ListRow) -> bool:
    return one.book is not None or one.section.folds
