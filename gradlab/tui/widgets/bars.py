"""The rows above and below the panels: header, status and footer."""

from __future__ import annotations

from collections.abc import Sequence

from gradlab.draw.bars import bar
from gradlab.draw.ink import Row, clip, fit, row, spread, width_of
from gradlab.draw.position import short_words, signs_of, strip, words
from gradlab.draw.said import GRADES, line_row
from gradlab.lab.outcome import Line
from gradlab.tui.keymap import BY_NAME, COMMANDS, Command
from gradlab.tui.moment import Moment, Said
from gradlab.tui.widgets.rows import RowWidget

WIDE = 110
URGENT = ("error", "fail", "stop", "finding")
"""What has to be seen first, the most urgent before the others."""
WHOLE = (*GRADES, "quiz", "error", "fail", "stop")
"""What has the whole row where it would be cut beside the position."""


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


class Status(RowWidget):
    """The time strip, and what was said last or what is running."""

    moment = Moment()
    last: Line | None = None
    running = ""

    def show(self, moment: Moment) -> None:
        """Draw another moment."""
        self.moment = moment
        self.running = moment.busy
        for said in moment.said:
            if said is moment.said[0] or any(line.kind != "ok" for line in said.lines):  # claims that hold are no news
                self.last = headline(said)
        self.redraw()

    def run(self, action: str) -> None:
        """Show that an action runs, or none."""
        if action != self.running:
            self.running = action
            self.redraw()

    def tell(self, line: Line) -> None:
        """Show a line of the screen's own."""
        self.last = line
        self.redraw()

    def rows_for(self, width: int) -> Sequence[Row]:
        """Return the one row."""
        moment = self.moment
        if not moment.nodes:
            return [row((" " + (self.last.text if self.last else "opening …"), "dim"))]
        snapshot = moment.snapshot
        axis = strip(snapshot.position, snapshot.counts, min(max(20, width * 2 // 5), 60), signs_of(snapshot))
        shown = self.in_progress() if self.running else line_row(self.last) if self.last else ()
        needed = self.last is not None and not self.running and self.last.kind in WHOLE
        if needed and width_of(axis) + width_of(shown) + 3 > width:
            return [clip(row((" ", ""), *shown), width)]
        return [clip(row((" ", ""), *axis, ("  ", ""), *shown), width)]

    def in_progress(self) -> Row:
        """Return the action that runs, how far it is if that is known, and how to stop it."""
        share = self.moment.progress
        far = row((f" {bar(share, 12)} ", "done"), (f"{share:.0%}", "")) if share else ()
        return row((self.running, "strong"), (" …", "dim"), *far, ("  esc stops", "dim"))


def headline(said: Said) -> Line | None:
    """Return what came of an action in one line: what went wrong, why a run stopped, what was noticed; then what is watched."""
    if said.error:
        return Line("error", said.error)
    if said.outcome.page is not None:
        return Line("info", f"a page: {said.outcome.page.title}")
    told = [line for line in said.lines if line.kind != "watch"]
    urgent = [line for kind in URGENT for line in told if line.kind == kind]
    first = urgent[0] if urgent else told[-1] if told else None
    texts = [first.text] if first is not None else []
    texts += [line.text for line in urgent[1:] if line.kind == "finding"]
    texts += [line.text for line in said.lines if line.kind == "watch"]
    return Line(first.kind if first is not None else "watch", " · ".join(texts)) if texts else None


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
