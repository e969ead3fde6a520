"""Panel 4: the prose of the scenario with its script, and the line that comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.tui.moment import Look, Request
from gradlab.tui.panels._panel import Panel, PanelKind
from gradlab.tui.renderables.ink import Row, row, spread
from gradlab.tui.renderables.prose import code, prose

if TYPE_CHECKING:
    from gradlab.lab import Lab

READING = """\
What the author of the scenario wrote, with the lines of the script where they stand. ▸ is the line that comes next, ✓ those that
have run; `c` runs the next one. You may leave the path at any time: the script goes on where it was.

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
        rows: list[Row] = []
        self._marked = -1
        for piece in picture.pieces:
            if piece.number == picture.cursor:
                self._marked = len(rows)
            rows += _piece(piece, picture.cursor, width)
        self.border_subtitle = f"{picture.cursor} / {picture.total}" if picture.total else ""
        return rows or [row(("this scenario has no prose", "dim"))]


def _piece(piece: Piece, cursor: int, width: int) -> list[Row]:
    """Give the rows of one piece."""
    if piece.kind in ("prose", "code"):
        return [*prose(piece.text, width), row("")]
    if piece.kind == "model":
        return [*code(piece.text), row("")]
    if piece.kind == "gap":
        return [row("")]
    mark, role = ("✓ ", "good") if piece.number < cursor else ("▸ ", "here") if piece.number == cursor else ("  ", "dim")
    done = "dim" if piece.number < cursor else "code"
    return [spread(row((mark, role), (piece.text, done)), row((f"{piece.number + 1}", "dim")), width)]


def ask(lab: Lab, look: Look) -> LessonPicture:
    """Ask for the lesson and for the place of the script in it."""
    return LessonPicture(
        (Piece("prose", "# T\n\nhello *you*"), Piece("line", "forward", 0), Piece("line", "backward", 1)), 1, 2
    )


PANEL = PanelKind("lesson", 4, "lesson", READING, LessonPanel, place="right")
