"""The row of the time strip: where the run stands, and what was said last or what is running."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from gradlab.draw.happening import event_row, headline, with_notes, work_row
from gradlab.draw.ink import Row, clip, row, width_of
from gradlab.draw.said import GRADES, line_row
from gradlab.draw.timestrip import place_at, time_strip
from gradlab.lab.outcome import Event, Line
from gradlab.lab.working import Work
from gradlab.tui.moment import Moment
from gradlab.tui.widgets.rows import RowWidget

WHOLE = (*GRADES, "quiz", "error", "fail", "stop")
"""What has the whole row where it would be cut beside the position."""

NARROWEST = 40
"""Columns below which what was said has the row alone."""
MOST_FAILED = 3
"""Lines of a lesson that failed that are named."""
MOST = 50
"""Breakpoints that were met that are kept in mind."""


class Status(RowWidget):
    """The time strip, which can be dragged, and what was said last or what is running."""

    class Scrubbed(Message):
        """A person let the mouse go at a position. at: of it, as `goto` reads it."""

        def __init__(self, at: str) -> None:
            self.at = at
            super().__init__()

    moment = Moment()
    last: Line | Event | None = None
    work = Work()
    met: tuple[tuple[int, object], ...] = ()
    """The updates in which a breakpoint was met, each with the run that it was."""
    under_mouse = ""
    scrubs = ""
    """The position under the mouse while it drags over the strip."""

    def show(self, moment: Moment) -> None:
        """Draw another moment."""
        self.moment = moment
        self.work = moment.work
        for said in moment.said:
            event = said.outcome.event
            if said is moment.said[0] or said.error or any(line.kind != "ok" for line in said.lines):  # what holds is no news
                self.last = headline(said.outcome, said.error) if event is None else with_notes(event, said.outcome)
            if event is not None and event.kind == "stop":
                self.met = (*self.met, (int(event.at.partition(".")[0]), moment.snapshot.run))[-MOST:]
        self.redraw()

    def run(self, work: Work) -> None:
        """Show what runs, or that nothing does."""
        if (work.action, work.waiting) != (self.work.action, self.work.waiting):
            self.work = work if work.action else Work()
            self.redraw()

    def point(self, text: str) -> None:
        """Show what is under the mouse, or "" for what was shown before."""
        if text != self.under_mouse:
            self.under_mouse = text
            self.redraw()

    def tell(self, line: Line) -> None:
        """Show a line of the screen's own."""
        self.last = line
        self.redraw()

    def rows_for(self, width: int) -> Sequence[Row]:
        """Return the one row."""
        if not self.moment.nodes:
            text = self.last.text if isinstance(self.last, Line) else "opening …"
            return [row((f" {text}", "dim"))]
        axis, shown = self._axis(width), (*self._failed(), *self._told())
        if width < NARROWEST and shown:
            return [clip(row((" ", ""), *shown), width)]
        needed = isinstance(self.last, Event) or (self.last is not None and self.last.kind in WHOLE)
        if needed and not (self.work.action or self.scrubs) and width_of(axis) + width_of(shown) + 3 > width:
            return [clip(row((" ", ""), *shown), width)]
        return [clip(row((" ", ""), *axis, ("  ", ""), *shown), width)]

    def _axis(self, width: int) -> Row:
        snapshot = self.moment.snapshot
        met = [update for update, run in self.met if run == snapshot.run]
        return time_strip(snapshot, min(max(20, width * 2 // 5), 60), met)

    def _failed(self) -> Row:
        """Return which lines of the lesson have failed, while something else is told."""
        numbers = [f"{number + 1}" for number in self.moment.failed]
        if not numbers or (isinstance(self.last, Line) and self.last.kind == "fail"):
            return ()
        lines = f"line {numbers[0]}" if len(numbers) == 1 else f"lines {', '.join(numbers[:MOST_FAILED])}"
        more = " …" if len(numbers) > MOST_FAILED else ""
        return row((f"✗ {lines}{more} failed  ", "bad"))

    def _told(self) -> Row:
        """Return what stands behind the strip."""
        if self.scrubs:
            return row(("let go: ", "dim"), (f"goto {self.scrubs}", "here"))
        if self.under_mouse:
            return row((self.under_mouse, ""))
        if self.work.action:
            return work_row(self.work)
        if isinstance(self.last, Event):
            return event_row(self.last)
        return line_row(self.last) if self.last is not None else ()

    # ---- the mouse -------------------------------------------------------------------------------------------------

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to drag, on the strip."""
        if event.button == 1 and self._place(event.x):
            self.capture_mouse()
            self._scrub(self._place(event.x))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show the position under the mouse while it drags."""
        if self.scrubs and (place := self._place(event.x)):
            self._scrub(place)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Go where the mouse was let go."""
        if self.scrubs:
            self.release_mouse()
            self.post_message(self.Scrubbed(self.scrubs))
            self._scrub("")

    def _place(self, x: int) -> str:
        return place_at(self._axis(self.size.width), x - 1) if self.moment.nodes and self.drawn_axis else ""

    @property
    def drawn_axis(self) -> bool:
        """Whether the strip is in sight: what must be read whole covers it where both do not fit."""
        return bool(self.drawn) and self.drawn is not None and len(self.drawn[0]) > 2

    def _scrub(self, place: str) -> None:
        self.scrubs = place
        self.redraw()
