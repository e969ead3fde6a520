"""Panel 10: every action line and what was said to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from gradlab.draw.ink import Goal, Row, link, row, spread
from gradlab.draw.said import told_rows
from gradlab.lab.outcome import Line
from gradlab.tui.moment import Moment, Said
from gradlab.tui.panels._choosing import ChoosingPanel
from gradlab.tui.panels._panel import PanelKind

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
        for said in self.said:
            lines = self._lines_of(said)
            if lines is None:
                continue
            many += bool(said.action)
            rows += [*self._action(said, width), *told_rows(lines, self.names, width)]
            self._places += [said.at] * (len(rows) - len(self._places))
        self.subtitle = f"{many:,} line{'s' * (many != 1)}" if many else ""
        self._places += [""] * (not rows)
        return rows or [row((NOTHING[self.facet_name], "dim"))]

    def _lines_of(self, said: Said) -> Sequence[Line] | None:
        """Return the lines of an action that are shown in the facet; None for an action that is not in it."""
        if self.facet_name == "mine":
            return _without_pictures(said) if said.action and not said.scripted else None
        if self.facet_name == "failures":
            return [line for line in said.lines if line.kind in FAILURES] or None
        return _without_pictures(said)

    def _action(self, said: Said, width: int) -> list[Row]:
        """Return the row of an action, with its position at the right."""
        if not said.action:
            return []
        left = row(("› ", "key"), *self.names.runs(said.action, "strong"))
        place = link(said.at, "dim", Goal(line=f"goto {said.at}"))
        return [spread(left, row(place), width) if said.at else left]


def _without_pictures(said: Said) -> list[Line]:
    """Return the lines of an action without the rows of its plots, which have a panel of their own."""
    return [line for line in said.lines if line.kind != "picture"]


NOTHING = {"all": "nothing was done yet", "failures": "nothing has failed", "mine": "you have done nothing yet"}

PANEL = PanelKind("output", 10, "output", READING, OutputPanel, letter="o")
