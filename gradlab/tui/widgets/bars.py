"""The rows above and below the panels: header and footer."""

from __future__ import annotations

from collections.abc import Sequence

from gradlab.draw.ink import Row, clip, fit, row, spread, width_of
from gradlab.draw.position import short_words, words
from gradlab.tui.keymap import BY_NAME, COMMANDS, Command
from gradlab.tui.moment import Moment
from gradlab.tui.widgets.rows import RowWidget

WIDE = 110


class Header(RowWidget):
    """Title, type, seed and mode on the left; the position, which is never cut, on the right."""

    moment = Moment()

    def show(self, moment: Moment) -> None:
        """Draw another moment."""
        self.moment = moment
        self.redraw()

    def rows_for(self, width: int) -> Sequence[Row]:
        """Return the one row."""
        s, title = self.moment.snapshot, self.moment.title or "gradlab"
        if not self.moment.nodes:
            return [row((f" {title}", "title"))]
        if width < WIDE:
            right = row((short_words(s.position, s.counts), "here"), (f"  {s.mode} ", "dim"))
            return [clip(spread(row((f" {title}", "title")), right, width), width)]
        facts = f"{s.dtype} · seed {s.seed} · {s.mode}"
        left = row((" gradlab · ", "dim"), (fit(title, min(len(title), max(8, width - 85))), "title"), (f"   {facts}", "dim"))
        right = row((words(s.position, s.counts), ""), (f"   {s.position} ", "here"))
        return [clip(spread(left, right, width), width)]


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
