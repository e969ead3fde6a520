"""The rows above and below the panels: header and footer."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.geometry import Region
from textual.message import Message

from gradlab.draw.header import Whereabouts, header_row
from gradlab.draw.ink import Goal, Row, clip, goals_of, row, width_of
from gradlab.tui.keymap import BY_NAME, COMMANDS, Command
from gradlab.tui.moment import Moment
from gradlab.tui.widgets.rows import RowWidget


class Header(RowWidget):
    """The way to what is chosen on the left; the position, which is never cut, on the right. All of it leads somewhere."""

    moment = Moment()
    family, perspective, changed = "", "", False

    class Leads(Message):
        """A person goes where a part of the header leads."""

        def __init__(self, goal: Goal) -> None:
            self.goal = goal
            super().__init__()

    def show(self, moment: Moment) -> None:
        """Draw another moment."""
        self.moment = moment
        self.redraw()

    @property
    def place(self) -> Whereabouts:
        """Where somebody is."""
        moment = self.moment
        return Whereabouts(moment.title, self.family, self.perspective, self.changed, moment.node, moment.element, moment.nodes)

    def rows_for(self, width: int) -> Sequence[Row]:
        """Return the one row."""
        return [header_row(self.place, self.moment.snapshot, width)]

    def goals(self) -> list[tuple[Region, Goal]]:
        """Return what leads somewhere, with its place in the widget."""
        (line,) = self.rows_for(self.size.width)
        return [(Region(start, 0, width, 1), goal) for start, width, goal in goals_of(line)]

    def on_click(self, event: events.Click) -> None:
        """Go where the part under the mouse leads."""
        for place, goal in self.goals():
            if place.contains(event.x, event.y):
                self.post_message(self.Leads(goal))


class Footer(RowWidget):
    """The keys. One that can do nothing now stays, in grey."""

    moment = Moment()
    commands = COMMANDS

    def show(self, moment: Moment) -> None:
        """Draw another moment."""
        self.moment = moment
        self.redraw()

    def rows_for(self, width: int) -> Sequence[Row]:
        """Return the one row, with as many keys as fit, the most needed first."""
        shown = {command.name: self._key(command) for command in self.commands if command.footer}
        order = list(shown)
        for name in sorted(order, key=lambda n: (-BY_NAME[n].footer, -order.index(n))):
            if sum(map(width_of, shown.values())) <= width:
                break
            del shown[name]
        return [clip(tuple(part for run in shown.values() for part in run), width)]

    def _key(self, command: Command) -> Row:
        """Return a key with its word."""
        off = bool(command.why_not(self.moment))
        return row((f" {command.shown}", "off" if off else "key"), (f" {command.label} ", "off" if off else "dim"))
