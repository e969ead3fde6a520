"""Panel 10: every action line and what was said to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gradlab.draw.ink import Goal, Row, link, row, spread
from gradlab.draw.said import told_rows
from gradlab.lab.outcome import Line
from gradlab.tui.moment import Moment, Request, Said, without_hidden
from gradlab.tui.panels._choosing import ChoosingPanel
from gradlab.tui.panels._panel import PanelKind

if TYPE_CHECKING:
    from gradlab.session import Lab

READING = """\
Whatever you did, by key, by `:` or by the script, stands here as the line that does it, behind `›`, with the position that it
led to at the right; below it is what the laboratory said. The lines are a script: put them into a `lab` block and the same
happens again.

Enter goes to the position of a line. The facets are all lines; the failures: a claim that does not hold, an error, a finding
or a warning; and mine: what the lesson did not do. ok and fail belong to `expect`; finding is what the laboratory noticed by
itself, such as the first NaN."""

KEPT = 2000
LAST = 1 << 30
"""A row behind all others."""
FAILURES = ("fail", "error", "finding", "warning")
"""Kinds of lines that tell of something that is not as it should be."""


class OutputPanel(ChoosingPanel):
    """The last actions, newest at the foot."""

    facets = ("all", "failures", "mine")

    def __init__(self) -> None:
        super().__init__("output")
        self.said: deque[Said] = deque(maxlen=KEPT)
        self._places: list[str] = []

    def request(self) -> Request:
        """Ask for what has to be hidden now of what was said before a question was asked."""
        said = self.said
        return lambda lab, look: ask(lab, tuple(said))

    def show(self, moment: Moment) -> None:
        """Append what is new, and go to it if the last row was in sight."""
        self.said.extend(moment.said)
        at_foot = self.scroll_offset.y >= self.max_scroll_y - 1
        if moment.said and at_foot:
            self.chosen = LAST
        super().show(moment)
        if at_foot and moment.said:
            self.scroll_end(animate=False, immediate=True)

    def leads(self, number: int, line: Row) -> Goal | None:
        """Return the position behind the action of a row."""
        return Goal(line=f"goto {self._places[number]}") if self._places[number] else None

    def listed(self, width: int) -> Sequence[Row]:
        """Return the actions of the facet with what was said."""
        rows: list[Row] = []
        self._places = []
        many = 0
        hidden: tuple[Said, ...] = self.picture(tuple) or ()
        for said in (*hidden, *list(self.said)[len(hidden) :]):
            lines = self._lines_of(said)
            if lines is not None:
                many += bool(said.action)
                rows += [*self._action(said, width), *told_rows(lines, self.names, width)]
                self._places += [said.at] * (len(rows) - len(self._places))
        self.subtitle = f"{many:,} line{'s' * (many != 1)}" if many else ""
        self._places += [""] * (not rows)
        return rows or [row((NOTHING[self.facet_name], "dim"))]

    def _lines_of(self, said: Said) -> Sequence[Line] | None:
        """Return the lines of an action that are shown in the facet; None for an action that is not in it."""
        if self.facet_name == "mine":
            return said.lines if said.action and not said.scripted else None
        if self.facet_name == "failures":
            return [line for line in said.lines if line.kind in FAILURES] or None
        return said.lines

    def _action(self, said: Said, width: int) -> list[Row]:
        """Return the row of an action, with its position at the right."""
        if not said.action:
            return []
        left = row(("› ", "key"), *self.names.runs(said.action, "strong"))
        place = link(said.at, "dim", Goal(line=f"goto {said.at}"))
        return [spread(left, row(place), width) if said.at else left]


def ask(lab: Lab, said: tuple[Said, ...]) -> tuple[Said, ...]:
    """Return what was said without what an open question hides; nothing where none is open."""
    return () if lab.question is None else without_hidden(said, lab.told_before)


NOTHING = {"all": "nothing was done yet", "failures": "nothing has failed", "mine": "you have done nothing yet"}

PANEL = PanelKind("output", 10, "output", READING, OutputPanel, letter="o")
