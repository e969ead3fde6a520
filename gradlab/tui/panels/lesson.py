"""Panel 4: the prose of the scenario with its script, and the line that comes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gradlab.draw.ink import Row, row, spread, wrap
from gradlab.draw.prose import code, prose
from gradlab.lab.outcome import Line
from gradlab.lab.teach.lesson import Lesson, Piece
from gradlab.tui.moment import Look, Moment, Request
from gradlab.tui.panels._panel import Panel, PanelKind
from gradlab.tui.panels.log import GRADES, line_row

if TYPE_CHECKING:
    from gradlab.session import Lab

READING = """\
What the author of the scenario wrote, with the lines of the script where they stand. ▸ is the line that comes next, ✓ those
that have run; the space bar runs the next one. You may leave the path at any time: the script goes on where it was.

A line `quiz …` asks you for a number, which is `?` everywhere until you have answered: `a` opens the line for it, escape gives
up and shows the answer, the space bar, pressed twice, skips it. An answer is graded and a usual mistake is named; a wrong one
may be mended once, then the right one is shown. Links are shown with their address and are never opened from here."""


class LessonPanel(Panel):
    """Prose and script."""

    def __init__(self) -> None:
        super().__init__("lesson")
        self._marked = -1
        self._progress = ""
        self._grade: Line | None = None
        self._drawn: tuple[Any, Sequence[Row]] = (None, ())

    def request(self) -> Request:
        """Ask where the script is."""
        return ask

    def show(self, moment: Moment) -> None:
        """Draw another moment; what became of an answer stays until something else is asked or the script goes on."""
        said = [line for one in moment.said for line in one.lines]
        self._grade = next((line for line in reversed(said) if line.kind in GRADES), None if said else self._grade)
        super().show(moment)

    def marked_row(self) -> int:
        """Return the row of the statement that comes next."""
        return self._marked

    def draw(self, width: int) -> Sequence[Row]:
        """Return the lesson with its progress at the foot."""
        picture = self.picture(Lesson)
        if picture is None:
            return self.complaint()
        key = (picture, width, self.moment.snapshot.question, self._grade)
        if key != self._drawn[0]:
            self._drawn = (key, self._rows(picture, width))
        return self._drawn[1]

    def _rows(self, picture: Lesson, width: int) -> Sequence[Row]:
        """Return the rows of a lesson, and note where its next line is."""
        rows: list[Row] = []
        self._marked = -1
        for piece in picture.pieces:
            if piece.number == picture.cursor:
                rows += self._asked(width)
                self._marked = len(rows)
            rows += _piece(piece, picture.cursor, width)
        if picture.cursor >= picture.total:
            rows += self._asked(width)
            self._marked = len(rows) - 1 if self._asked(width) else -1
        progress = f"{picture.cursor} / {picture.total}" if picture.total else ""
        if progress != self._progress:
            self._progress = self.border_subtitle = progress
        return rows or [row(("this scenario has no prose", "dim"))]

    def _asked(self, width: int) -> list[Row]:
        """Return the open question, or what became of the last answer."""
        if question := self.moment.snapshot.question:
            asked = wrap(row(("▌ ", "key"), (f"what is {question}?", "strong")), width, 2)
            if self._grade is not None:
                asked += wrap(row(("▌ ", "key"), *line_row(self._grade)), width, 2)
            answer, skip = self.key("answer"), 2 * self.key("lesson")
            ways = ((answer, "key"), (": answer   ", "dim"), ("esc", "key"), (": show it   ", "dim"))
            return [*asked, row(("▌ ", "key"), *ways, (skip, "key"), (": skip", "dim"))]
        if self._grade is None:
            return []
        return wrap(row(("▌ ", "key"), *line_row(self._grade)), width, 2)


def _piece(piece: Piece, cursor: int, width: int) -> list[Row]:
    """Return the rows of one piece."""
    if piece.kind in ("prose", "code"):
        return [*prose(piece.text, width), row("")]
    if piece.kind == "model":
        return [*code(piece.text, language="model"), row("")]
    if piece.kind == "gap":
        return [row("")]
    if piece.number < 0:
        return [row(("  ", ""), (piece.text, "dim"))]
    mark, role = ("✓ ", "good") if piece.number < cursor else ("▸ ", "here") if piece.number == cursor else ("  ", "dim")
    done = "dim" if piece.number < cursor else "code"
    return [spread(row((mark, role), (piece.text, done)), row((f"{piece.number + 1}", "dim")), width)]


def ask(lab: Lab, look: Look) -> Lesson:
    """Ask for the lesson and for the place of the script in it."""
    return lab.lesson()


PANEL = PanelKind("lesson", 4, "lesson", READING, LessonPanel, place="right", letter="l")
