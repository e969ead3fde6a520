"""For a room: no bars, one large panel, the number of the moment in large digits, and what the lesson says now."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING

from gradlab.draw.digits import ROWS, equation
from gradlab.draw.ink import Row, clip, row, spread, text_of
from gradlab.draw.number import PENDING, short
from gradlab.draw.prose import prose
from gradlab.lab.hidden import is_unseen
from gradlab.lab.teach.presented import Presented, presented
from gradlab.tui.lessonthread import WAY_OUT
from gradlab.tui.moment import Look, Request
from gradlab.tui.screens.placing import Placing
from gradlab.tui.widgets.rows import RowWidget

if TYPE_CHECKING:
    from gradlab.session import Lab

PRESENTED = "presented"
"""The picture of what a room should see."""
SENTENCE = 3
"""Rows of the sentence."""
HEIGHT = ROWS + SENTENCE + 4


class Lectern(RowWidget):
    """The rows below the large panel."""

    presented = Presented()
    position = ""

    def show(self, found: Presented, position: str) -> None:
        """Draw another moment."""
        self.presented, self.position = found, position
        self.redraw()

    def rows_for(self, width: int) -> Sequence[Row]:
        """Return the number, the sentence, and the keys."""
        found = self.presented
        parts = [(sign, _text(value), name) for sign, value, name in found.terms]
        said = [clip(row(("    ", ""), *line), width) for line in sentence(found.prose, width - 8)]
        said += [row("")] * (SENTENCE - len(said))
        how = row((" PgDn", "key"), (" on   ", "dim"), ("PgUp", "key"), (" back   ", "dim"), ("Z", "key"), (" ends", "dim"))
        script = f"{found.cursor} / {found.total}   " if found.total else ""
        foot = spread(how, row((script, "dim"), (f"{self.position} ", "here")), width)
        return [row(("━" * width, "dim")), *(equation(parts, width) or [row("")] * (ROWS + 1)), row(""), *said, foot]


def _text(value: float) -> str:
    return PENDING if isnan(value) and not is_unseen(value) else short(value)


def sentence(text: str, width: int) -> list[Row]:
    """Return the first paragraph of a page that is no heading, in at most so many rows as there are for it."""
    rows = [*prose(text, width), row("")] if text else []
    blocks: list[list[Row]] = [[]]
    for line in rows:
        if text_of(line).strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    words = [block for block in blocks if block and block[0][0][1] != "title" and set(text_of(block[0])) != {"═"}]
    found = words[0] if words else []
    return found if len(found) <= SENTENCE else [*found[: SENTENCE - 1], row(*found[SENTENCE - 1], (" …", "dim"))]


class Presenting(Placing):
    """The part of the laboratory that shows it to a room."""

    presenting = False

    @property
    def places(self) -> tuple[str, ...]:
        """Where keys count: those of a clicker first, while it is shown to a room."""
        return ("present", *super().places) if self.presenting else super().places

    def do_present(self) -> None:
        """Show the panel that has the keys to a room, or end that."""
        self.presenting = not self.presenting
        self.set_class(self.presenting, "presenting")
        self.taken = 1 + HEIGHT if self.presenting else None
        if self.presenting:
            self.enlarge(self.stance.chosen)
        else:
            self._bring_back()
        if self.thread is not None:
            self.thread.watch(self._requests())

    def _requests(self) -> dict[str, Request]:
        found = super()._requests()
        return {**found, PRESENTED: _ask} if self.presenting else found

    def show_presented(self) -> None:
        """Draw the number and the sentence of this moment."""
        found = self.moment.pictures.get(PRESENTED)
        if self.presenting and isinstance(found, Presented):
            self.query_one(Lectern).show(found, str(self.moment.snapshot.position))

    def do_present_on(self) -> None:
        """Go to the next stop of the lesson."""
        if self.thread is not None:
            self.thread.next_stop(f"`{self.keys.sign('reveal')}` {WAY_OUT}")

    def do_present_back(self) -> None:
        """Go back to the stop before."""
        if self.thread is not None:
            self.thread.last_stop()

    def do_present_nothing(self) -> None:
        """Do nothing for the other keys of a clicker."""


def _ask(lab: Lab, look: Look) -> Presented:
    return presented(lab, look.snapshot, look.focus)
