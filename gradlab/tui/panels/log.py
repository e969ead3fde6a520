"""Panel 7: every action line and what was said to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from gradlab.draw.ink import Row, row, wrap
from gradlab.draw.said import line_row
from gradlab.tui.moment import Moment, Said
from gradlab.tui.panels._panel import Panel, PanelKind

READING = """\
Whatever you did, by key, by `:` or by the script, stands here as the line that does it, behind `›`; below it is what the
laboratory said. The lines are a script: put them into a `lab` block and the same happens again.

ok and fail belong to `expect`; finding is what the laboratory noticed by itself, such as the first NaN."""

KEPT = 2000


class LogPanel(Panel):
    """The last actions, newest at the foot."""

    def __init__(self) -> None:
        super().__init__("log")
        self.said: deque[Said] = deque(maxlen=KEPT)

    def show(self, moment: Moment) -> None:
        """Append what is new, and go to it."""
        self.said.extend(moment.said)
        at_foot = self.scroll_offset.y >= self.max_scroll_y - 1
        super().show(moment)
        if at_foot and moment.said:
            self.scroll_end(animate=False, immediate=True)

    def draw(self, width: int) -> Sequence[Row]:
        """Return all actions with what was said."""
        rows: list[Row] = []
        for said in self.said:
            if said.action:
                rows.append(row(("› ", "key"), (said.action, "strong")))
            for line in (one for one in said.lines if one.kind != "picture"):  # there is a panel for them
                rows += wrap(row(("  ", ""), *line_row(line)), width, 2)
        return rows or [row(("nothing was done yet", "dim"))]


PANEL = PanelKind("log", 7, "log", READING, LogPanel, letter="o")
