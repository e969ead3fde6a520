"""Panel 4: the prose of the scenario with its script, and the line that comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.tui.moment import Look, Request
from gradlab.tui.panels._panel import Panel, PanelKind
from gradlab.tui.renderables.ink import Row, row, spread
from gradlab.tui.renderables.prose import code, prose

if TYPE_CHECKING:
    from gradlab.lab import Lab
    from gradlab.scenario.markdown import Document
    from gradlab.scenario.script import Statement

READING = """\
What the author of the scenario wrote, with the lines of the script where they stand. ▸ is the line that comes next, ✓ those
that have run; the space bar runs the next one. You may leave the path at any time: the script goes on where it was.

A line `quiz …` asks you for a number: type it before you look, and it is graded when the number is there. Links are shown with
their address and are never opened from here."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a lesson: "prose", "model" or "code" with its text, or "line": a statement and its number in the script."""

    kind: str
    text: str
    number: int = -1


@dataclass(frozen=True, slots=True)
class LessonPicture:
    """The lesson, and which statement comes next (as many as there are when all have run)."""

    pieces: tuple[Piece, ...]
    cursor: int
    total: int


class LessonPanel(Panel):
    """Prose and script."""

    def __init__(self) -> None:
        super().__init__("lesson")
        self._marked = -1
        self._progress = ""
        self._drawn: tuple[LessonPicture | None, int, Sequence[Row]] = (None, 0, ())

    def request(self) -> Request:
        """Ask where the script is."""
        return ask

    def marked_row(self) -> int:
        """Give the row of the statement that comes next."""
        return self._marked

    def draw(self, width: int) -> Sequence[Row]:
        """Give the lesson with its progress at the foot."""
        picture = self.picture(LessonPicture)
        if picture is None:
            return self.complaint()
        if (picture, width) != self._drawn[:2]:
            self._drawn = (picture, width, self._rows(picture, width))
        return self._drawn[2]

    def _rows(self, picture: LessonPicture, width: int) -> Sequence[Row]:
        """Give the rows of a lesson, and note where its next line is."""
        rows: list[Row] = []
        self._marked = -1
        for piece in picture.pieces:
            if piece.number == picture.cursor:
                self._marked = len(rows)
            rows += _piece(piece, picture.cursor, width)
        progress = f"{picture.cursor} / {picture.total}" if picture.total else ""
        if progress != self._progress:
            self._progress = self.border_subtitle = progress
        return rows or [row(("this scenario has no prose", "dim"))]


def _piece(piece: Piece, cursor: int, width: int) -> list[Row]:
    """Give the rows of one piece."""
    if piece.kind in ("prose", "code"):
        return [*prose(piece.text, width), row("")]
    if piece.kind == "model":
        return [*code(piece.text), row("")]
    if piece.kind == "gap":
        return [row("")]
    if piece.number < 0:
        return [row(("  ", ""), (piece.text, "dim"))]
    mark, role = ("✓ ", "good") if piece.number < cursor else ("▸ ", "here") if piece.number == cursor else ("  ", "dim")
    done = "dim" if piece.number < cursor else "code"
    return [spread(row((mark, role), (piece.text, done)), row((f"{piece.number + 1}", "dim")), width)]


def ask(lab: Lab, look: Look) -> LessonPicture:
    """Ask for the lesson and for the place of the script in it."""
    scenario = lab.scenario
    return LessonPicture(tuple(pieces(scenario.document, scenario.script)), lab.cursor_line, len(scenario.script))


def pieces(document: Document, script: Sequence[Statement]) -> Iterator[Piece]:
    """Cut a lesson into pieces: prose as it is, and a script line by line."""
    numbers = {statement.span.line: number for number, statement in enumerate(script)}
    for block in document.blocks:
        if block.kind != "lab":
            yield Piece(block.kind, block.text)
            continue
        first = document.source.place(block.starts[0])[0] if block.starts else 0
        for offset, text in enumerate(block.text.split("\n")):
            yield Piece("line", text.rstrip(), numbers.get(first + offset, -1))
        yield Piece("gap", "")


PANEL = PanelKind("lesson", 4, "lesson", READING, LessonPanel, place="right")
