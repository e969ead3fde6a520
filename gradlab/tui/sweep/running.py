"""The part of the screen of a sweep that runs it, stops it, arranges what there is, helps and leaves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from textual import events
from textual.screen import Screen

from gradlab.draw.ink import goals_of, row, wrap
from gradlab.draw.reading import error_rows, keys, paragraphs
from gradlab.errors import GradlabError
from gradlab.sweeps.opening import command_line, within_bounds
from gradlab.tui.keymap import BY_NAME, Command
from gradlab.tui.keys import Keys
from gradlab.tui.screens.text import Question, TextScreen
from gradlab.tui.shelfrows import ToldRow
from gradlab.tui.sweep.canvas import SweepCanvas
from gradlab.tui.sweep.child import SweepChild
from gradlab.tui.sweep.settings import SettingList
from gradlab.tui.sweep.sight import SweepSight

STAYS = 5.0
"""Seconds for which something that was said stays."""
HERE = "sweep"
"""What the table of keys calls this screen."""
WIDE, LOW, TINY = 140, 16, (40, 10)
"""Columns from which picture and list stand side by side; rows below which one of them is shown; columns and rows of both."""
READING = """\
One scenario run many times, each time with something set to another value. The picture shows a measure: over one name a \
curve, with the least and the largest of the seeds; over two a map; over more a table, the best first, with how much of what \
the measure varies each name explains by itself. `]` shows the next measure; `a` goes over some of the names only, with the \
others as the chosen setting has them.

The list has all settings, with the mean and the spread of their seeds. The arrows choose one, in the picture or in the list. \
Enter opens that very run in the laboratory, at its beginning and with the text that the sweep was made with; `q` there comes \
back. As long as nobody chooses, the best so far is chosen.

The file is followed while it is written. What runs here is stopped by esc, and what is done is kept; `c` goes on with what is \
missing. A point that failed is a result, too: `f` says why."""


class SweepRunning(Screen[None]):
    """Runs a sweep in a process of its own, and has what is seen of its file."""

    path: Path

    def __init__(self) -> None:
        super().__init__()
        self.keys = Keys()
        self.sight: SweepSight | None = None
        self.trouble = self.said = ""
        self._said_at = 0.0
        self.enlarged = False
        self.child: SweepChild | None = None
        self._jobs: Sequence[str] = ()

    def say(self, text: str) -> None:
        """Say something in the row of the state, for some seconds or until the next key."""
        self.said, self._said_at = text, monotonic()
        self.query_one("#status", ToldRow).redraw()

    def fade(self) -> None:
        """Say no more what has been there for long enough to be read."""
        if self.said and monotonic() - self._said_at > STAYS:
            self.said = ""

    def shown(self, what: str) -> str:
        """Return the key of one of this screen's commands as it is shown."""
        return self.keys.sign(f"{HERE}-{what}")

    def commands(self) -> list[Command]:
        """Return the commands of this screen, with the keys that they have."""
        return [command for command in self.keys.commands() if command.scope == HERE]

    # ---- running ---------------------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """Whether this screen runs the sweep now."""
        return self.child is not None and self.child.running

    def start(self, command: Sequence[str]) -> None:
        """Run the sweep."""
        if self.child is not None:
            self.child.end()
        try:
            self.child = SweepChild(command)
        except OSError as error:
            self.say(f"the sweep cannot be started: {error.strerror or error}")

    def note_end(self) -> None:
        """Say what is wrong where the process ended by itself before all was done."""
        if self.child is not None and not self.child.running and (said := self.child.problem):
            self.child.end()
            self.child = None
            self.app.push_screen(TextScreen("the sweep has ended", error_rows(said)))

    def stop(self) -> bool:
        """Have what runs here stop; return whether something did."""
        if self.child is None or not self.child.running:
            return False
        self.child.stop()
        self.say("stopping; what is done is kept")
        return True

    def do_go_on(self) -> None:
        """Run what is missing."""
        if self.sight is None:
            self.say("it has not been read yet")
        elif self.running or self.sight.state == "runs":
            self.say("it runs already")
        elif self.sight.state == "ended":
            self.say("all points are there")
        else:
            try:
                self.start(command_line(within_bounds(self.sight.sweep), self.path))
            except GradlabError as error:
                self.say(error.headline)

    def action_escape(self) -> None:
        """Stop what runs here, else undo the enlarging."""
        if self.stop():
            return
        if self.enlarged:
            self.do_enlarge()
        elif self.sight is not None and self.sight.state == "runs":
            self.say("another process runs it: ctrl+c there stops it")
        else:
            self.say("nothing runs, nothing is enlarged")

    def do_enlarge(self) -> None:
        """Give the one with the keys all rows, or take them back."""
        raise NotImplementedError

    def on_unmount(self) -> None:
        """End what runs here; what is done is in the file."""
        if self.child is not None:
            self.child.end()

    # ---- reading and leaving ---------------------------------------------------------------------------------------

    def do_failed(self) -> None:
        """Say why points failed."""
        found = self.sight.reasons if self.sight is not None else ()
        if not found:
            self.say("no point has failed")
            return
        rows = [line for reason, count in found for line in wrap(row((f"{count:>7,}  ", "strong"), reason), 100, 9)]
        self.app.push_screen(TextScreen("why points failed, the most frequent reason first", rows))

    def do_help(self) -> None:
        """Say how to read this screen, and what its keys do."""
        own = [*((one.shown, one.help) for one in self.commands()), ("esc", "stop what runs here, else undo the enlarging")]
        self.app.push_screen(TextScreen("a sweep: how to read it", [*paragraphs(READING), row(""), *keys(own)]))

    def do_leave(self) -> None:
        """Leave, and ask first while something runs here."""
        if not self.running:
            self.do_leave_now()
            return
        question = [row(("the sweep", "strong"), " is running, and stops. Leave?  ", ("y", "key"), " / ", ("n", "key"))]
        self.app.push_screen(Question(question), lambda yes: self.do_leave_now() if yes else None)

    def do_leave_now(self) -> None:
        """End the program."""
        self.app.exit(0)

    # ---- what stands where -----------------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Arrange for the new size."""
        self.set_out()

    def set_out(self) -> None:
        """Show picture and list as far as there is room for both."""
        (width, height), canvas, listing = self.app.size, self.query_one(SweepCanvas), self.query_one(SettingList)
        tiny = width < TINY[0] or height < TINY[1]
        table = self.sight is not None and len(self.sight.picture.size) and self.sight.picture.kind.name == "parallel"
        alone = tiny or self.enlarged or height < LOW + 4 or (bool(table) and width < WIDE and height < 2 * LOW)
        if tiny and self.focused is canvas:
            self.set_focus(listing)
        canvas.display = not alone or self.focused is canvas
        listing.display = not alone or self.focused is listing
        self.set_class(tiny, "tiny")
        self.set_class(width >= WIDE, "wide")
        self.set_class(alone, "alone")

    def on_click(self, event: events.Click) -> None:
        """Do what a key in the foot stands for; choose the row that was clicked, and open it with a second click."""
        if isinstance(event.widget, ToldRow) and event.widget.drawn:
            goal = next((g for at, wide, g in goals_of(event.widget.drawn[0]) if at <= event.x < at + wide), None)
            if goal is not None and goal.command in BY_NAME:
                self.action_press(goal.command)
            elif goal is not None:
                self.action_escape()
        elif event.widget is not None and event.widget in (self.query_one(SweepCanvas), self.query_one(SettingList)):
            self.clicked(event)

    def on_mouse_scroll_down(self) -> None:
        """Go on."""
        self.action_press("sweep-down")

    def on_mouse_scroll_up(self) -> None:
        """Go back."""
        self.action_press("sweep-up")

    def clicked(self, event: events.Click) -> None:
        """Choose what was clicked in the picture or in the list."""
        raise NotImplementedError

    def action_press(self, name: str) -> None:
        """Do what a key stands for."""
        raise NotImplementedError
