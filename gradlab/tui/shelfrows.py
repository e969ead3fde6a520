"""Rows of the browser: what a folder holds, what keys do, and a widget of one row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from gradlab.draw.ink import Row, clip, fit, row, width_of
from gradlab.draw.preview import MARKS
from gradlab.scenario.courses import usual_level
from gradlab.tui.shelves import Book, Section
from gradlab.tui.widgets.rows import RowWidget


class ToldRow(RowWidget):
    """One row that says something. says(width): gives it."""

    def __init__(self, says: Callable[[int], Row], name: str) -> None:
        super().__init__(id=name)
        self.says = says

    def rows_for(self, width: int) -> Sequence[Row]:
        """Return the one row."""
        return [clip(self.says(width), width)]


def margin(line: Row) -> Row:
    """Return a row one cell further in."""
    return (" ", ""), *line


def states_of(books: Iterable[Book]) -> tuple[tuple[str, str], ...]:
    """Return the names of books, each with how far one is in it."""
    return tuple((book.label, book.state) for book in books)


def footer(pairs: Iterable[tuple[str, str]], width: int) -> Row:
    """Return keys with what they do, as many as there is room for."""
    found = row(" ")
    for key, what in pairs:
        part = row((key, "key"), (f" {what}  ", ""))
        found = (*found, *part) if width_of(found) + width_of(part) <= width else found
    return found


def contents(section: Section, width: int) -> list[Row]:
    """Return what a section holds."""
    minutes = sum(book.entry.head.minutes for book in section.books)
    level = usual_level(book.entry for book in section.books)
    said = [f"level {level}"] * bool(level) + [f"{section.done} of {len(section.books)} done"]
    said += [f"about {minutes} minutes"] * bool(minutes)
    rows = [row((section.title, "strong")), row((" · ".join(said), "dim")), row("")]
    wide = min(max(len(book.label) for book in section.books), 26)
    listed = (
        row((MARKS[book.state], ""), f" {fit(book.label, wide)} ", (f"{_minutes(book):>7}  {book.entry.title}", "dim"))
        for book in section.books
    )
    return [*rows, *(clip(line, width) for line in listed)]


def _minutes(book: Book) -> str:
    return f"{book.entry.head.minutes} min" if book.entry.head.minutes else ""
