"""The rows above and below the panels: header and footer."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.geometry import Region
from textual.message import Message

from gradlab.draw.header import LayerEnds, Whereabouts, header_row, layer_ends
from gradlab.draw.ink import Goal, Row, clip, goals_of, link, row, width_of
from gradlab.tui.keymap import BY_NAME, COMMANDS, URGENT, Command
from gradlab.tui.moment import Moment
from gradlab.tui.widgets.rows import RowWidget


class Bar(RowWidget):
    """A row whose parts lead somewhere."""

    class Leads(Message):
        """A person goes where a part of the header leads."""

        def __init__(self, goal: Goal) -> None:
            self.goal = goal
            super().__init__()

    moment = Moment()

    def show(self, moment: Moment) -> None:
        """Draw another moment."""
        self.moment = moment
        self.redraw()

    def goals(self) -> list[tuple[Region, Goal]]:
        """Return what leads somewhere, with its place in the widget."""
        (line,) = self.rows_for(self.size.width)
        return [(Region(start, 0, width, 1), goal) for start, width, goal in goals_of(line)]

    def on_click(self, event: events.Click) -> None:
        """Go where the part under the mouse leads."""
        for place, goal in self.goals():
            if place.contains(event.x, event.y):
                self.post_message(self.Leads(goal))


class Header(Bar):
    """The way to what is chosen on the left; the position, which is never cut, on the right. All of it leads somewhere."""

    moment = Moment()
    family, perspective, changed = "", "", False
    _ends: LayerEnds = layer_ends(())

    def show(self, moment: Moment) -> None:
        """Draw another moment."""
        if moment.nodes is not self.moment.nodes:
            self._ends = layer_ends(moment.nodes)
        super().show(moment)

    @property
    def place(self) -> Whereabouts:
        """Where somebody is."""
        moment = self.moment
        return Whereabouts(
            moment.title, self.family, self.perspective, self.changed, moment.node, moment.element, moment.nodes, self._ends
        )

    def rows_for(self, width: int) -> Sequence[Row]:
        """Return the one row."""
        return [header_row(self.place, self.moment.snapshot, width)]


MOST, ROOMY, MORE = 9, 100, 12
"""Keys in the footer; from how many columns on there are more; and how many these are."""


class Footer(Bar):
    """The keys. One that can do nothing now stays, in grey."""

    moment = Moment()
    commands = COMMANDS

    def rows_for(self, width: int) -> Sequence[Row]:
        """Return the one row: as many keys as fit, the most needed first, and never so many that nobody reads them."""
        most = MOST if width < ROOMY else MORE
        shown = {command.name: self._key(command) for command in self.commands if self._counts(command)}
        order = list(shown)
        for name in sorted(order, key=lambda n: (-(BY_NAME[n].footer % URGENT), -order.index(n))):
            if len(shown) <= most and sum(map(width_of, shown.values())) <= width:
                break
            del shown[name]
        return [clip(tuple(part for run in shown.values() for part in run), width)]

    def _counts(self, command: Command) -> bool:
        """Whether a key may stand here: what is urgent only while it can be done."""
        return bool(command.footer) and (command.footer != URGENT or not command.why_not(self.moment))

    def _key(self, command: Command) -> Row:
        """Return a key with its word."""
        off, goal = bool(command.why_not(self.moment)), Goal(command=command.name)
        key, word = ("off", "off") if off else ("key", "dim")
        out = self.moment.snapshot.way_out if command.name == "reveal" else ""
        return row((" ", ""), link(command.shown, key, goal), link(f" {out or command.label}", word, goal), (" ", ""))
