"""The screen of a sweep: its picture and its settings, how far it is, and from each run into the laboratory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.message import Message

from gradlab.draw.ink import Row
from gradlab.errors import GradlabError
from gradlab.sweeps.opening import lab_of_point
from gradlab.sweeps.question import Point, Result
from gradlab.sweeps.slices import slices
from gradlab.sweeps.table import SettingRow
from gradlab.sweeps.telling import short
from gradlab.tui.keymap import BY_NAME, COMMANDS
from gradlab.tui.keys import identity
from gradlab.tui.shelfrows import ToldRow
from gradlab.tui.sweep.canvas import SweepCanvas
from gradlab.tui.sweep.running import HERE, SweepRunning
from gradlab.tui.sweep.said import chosen_row, footer_row, header_row, status_row
from gradlab.tui.sweep.settings import ORDERS, SettingList, SettingOrder, ordered
from gradlab.tui.sweep.sight import SweepReader, SweepSight, SweepWanted
from gradlab.tui.widgets.internals import draw_sparingly

if TYPE_CHECKING:
    from gradlab.session import Lab

EVERY = 0.5
"""Seconds between two looks at the file."""
Making = Callable[[], "Lab"]
STILL: Sequence[tuple[Point, Result | None]] = ()


class SweepScreen(SweepRunning):
    """The file of a sweep. command: what runs it, if this screen is to do that."""

    BINDINGS: ClassVar = [
        *(
            Binding(one.key, f"press('{one.name}')", one.label, priority=True, show=False, id=identity(None, one.name))
            for one in COMMANDS
            if one.scope == HERE
        ),
        Binding("escape", "escape", show=False, priority=True),
    ]

    class RunOpened(Message):
        """A run was chosen, to be opened in the laboratory."""

        def __init__(self, make: Making, title: str) -> None:
            self.make, self.title = make, title
            super().__init__()

    class SweepSeen(Message):
        """The file has been looked at. trouble: what is wrong with it, or ""."""

        def __init__(self, sight: SweepSight | None, trouble: str = "") -> None:
            self.sight, self.trouble = sight, trouble
            super().__init__()

    def __init__(self, path: Path, command: Sequence[str] = ()) -> None:
        super().__init__()
        draw_sparingly(self)
        self.path, self.command = path, tuple(command)
        self.reader: SweepReader | None = None
        self.wanted = SweepWanted()
        self.order: SettingOrder = "least"
        self.listed: Sequence[SettingRow] = ()
        self.chosen: tuple[int, int] | None = None
        self.follows = True
        self.seed: int | None = None
        self._looking = False

    def compose(self) -> ComposeResult:
        """Return the row above, the picture and the list, and the rows below."""
        self.keys = getattr(self.app, "keys", self.keys)
        yield ToldRow(lambda width: header_row(self.sight, self.path, width), "header")
        with Container(id="sweep"):
            yield SweepCanvas()
            yield SettingList()
        yield ToldRow(lambda width: chosen_row(self.sight, self.runs, self.run_at, self.shown("seed")), "chosen")
        yield ToldRow(self._status, "status")
        yield ToldRow(self._footer, "footer")

    def on_mount(self) -> None:
        """Show the frame first; begin to read, and to run what is to be run."""
        self.app.update_keymap({identity(None, one.name): one.key for one in self.commands()})
        self.canvas.larger = self.shown("enlarge")
        self.set_focus(self.canvas)
        if self.command:
            self.start(self.command)
        self.set_interval(EVERY, self.look)
        self.call_after_refresh(self.look)

    def on_screen_resume(self) -> None:
        """Look at once."""
        self.look()

    @property
    def canvas(self) -> SweepCanvas:
        """The picture."""
        return self.query_one(SweepCanvas)

    @property
    def listing(self) -> SettingList:
        """The settings."""
        return self.query_one(SettingList)

    # ---- looking ---------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Look at the file in a thread, unless that is done already; draw meanwhile how far the sweep is."""
        self.fade()
        if self.is_mounted:
            self.query_one("#status", ToldRow).redraw()
        if not self._looking:
            self._looking = True
            self._read(self.wanted)

    @work(thread=True)
    def _read(self, wanted: SweepWanted) -> None:
        try:
            if self.reader is None:
                self.reader = SweepReader(self.path)
            seen = self.SweepSeen(self.reader.look(wanted))
        except GradlabError as error:
            seen = self.SweepSeen(None, error.headline)
        if self.is_running:
            self.post_message(seen)

    @on(SweepSeen)
    def _seen(self, message: SweepSeen) -> None:
        self._looking = False
        self.trouble = message.trouble
        if message.sight is not None:
            self.sight = message.sight
            self.show()
        self.note_end()
        if self.sight is not None and (self.wanted != self.sight.wanted or self.sight.state == "reading"):
            self.look()

    def show(self) -> None:
        """Draw what is seen, with what is chosen."""
        sight = self.sight
        if sight is None:
            return
        self.listed = ordered(sight, self.order)
        there = [(one.setting, one.updates) for one in self.listed]
        if self.follows or self.chosen not in there:
            self.chosen = self._best()
        with self.app.batch_update():
            self.set_out()
            self.canvas.show(sight, self._place(sight), self._facet(sight))
            self.listing.show(sight, self.listed, self.order, there.index(self.chosen) if self.chosen in there else 0)
            for name in ("header", "chosen", "status", "footer"):
                self.query_one(f"#{name}", ToldRow).redraw()

    def _best(self) -> tuple[int, int] | None:
        """Return the best setting: the first of the list, which the least one is where the list goes as the sweep does."""
        listed = ordered(self.sight, "least") if self.order == "sweep" and self.sight is not None else self.listed
        return (listed[0].setting, listed[0].updates) if listed else None

    def _place(self, sight: SweepSight) -> tuple[int, int] | None:
        """Return where the picture has what is chosen."""
        if self.chosen is None or self.chosen[0] not in sight.settings:
            return None
        return sight.picture.place(sight.settings.index(self.chosen[0]))

    def _facet(self, sight: SweepSight) -> str:
        axes = sight.sweep.plan.axes
        held = [f"{name}={short(value)}" for k, (name, value) in enumerate(sight.sweep.plan.values(sight.wanted.through))
                if k not in sight.wanted.axes]  # fmt: skip
        over = ", ".join(axes[k].name for k in sight.wanted.axes)
        return f"{over} at {', '.join(held)}" if over else ""

    @property
    def runs(self) -> Sequence[tuple[Point, Result | None]]:
        """The runs of the chosen setting, one for each seed, with what came of them."""
        return self.sight.results(*self.chosen) if self.sight is not None and self.chosen is not None else STILL

    @property
    def run_at(self) -> int:
        """Which of these Enter opens: the seed that was chosen, else the best one."""
        if self.seed is not None:
            return self.seed

        def rank(place: int) -> float:
            result = self.runs[place][1]
            good = result is not None and result.measured and not result.failed
            return result.measured[self.wanted.measure] if good and result is not None else inf

        return min(range(len(self.runs)), key=rank, default=0)

    @property
    def choices(self) -> Sequence[tuple[int, ...]]:
        """Which axes the picture can go over, if there is a choice."""
        found = slices(self.sight.sweep.plan) if self.sight is not None else []
        return found if len(found) > 1 else ()

    # ---- rows ------------------------------------------------------------------------------------------------------

    def _status(self, width: int) -> Row:
        return status_row(self, width)

    def _footer(self, width: int) -> Row:
        return footer_row(self, width)

    # ---- what a person does ----------------------------------------------------------------------------------------

    def action_press(self, name: str) -> None:
        """Do what a key stands for."""
        self.said = ""
        verb, *arguments = BY_NAME[name].does.split()
        getattr(self, f"do_{verb}")(*arguments)
        self.query_one("#status", ToldRow).redraw()

    def choose(self, chosen: tuple[int, int]) -> None:
        """Choose a setting after so many updates."""
        self.chosen, self.follows, self.seed = chosen, False, None
        if self.wanted.axes:
            self._want(through=chosen[0])
        self.show()

    def _want(self, measure: int | None = None, axes: tuple[int, ...] | None = None, through: int = 0) -> None:
        now = self.wanted
        self.wanted = SweepWanted(now.measure if measure is None else measure, now.axes if axes is None else axes, through)
        self.look()

    def do_open(self) -> None:
        """Open the chosen run."""
        if self.sight is None or not self.runs:
            self.say("no run is there yet")
            return
        point = self.runs[self.run_at][0]
        make = partial(lab_of_point, self.sight.sweep, point, self.path)
        self.post_message(self.RunOpened(make, self.sight.sweep.question.name))

    def do_move(self, down: str, right: str) -> None:
        """Choose another setting, in the picture or in the list."""
        if self.focused is self.listing:
            now = self.listing.at
            place = max(0, min(now + int(down), len(self.listed) - 1))
            if int(down) and self.listed and place != now:
                self.choose((self.listed[place].setting, self.listed[place].updates))
            else:
                self.say("the list ends here" if int(down) else "the list has rows only: up and down choose")
        elif self.sight is not None:
            self._move_in_picture(self.sight, int(down), int(right))

    def _move_in_picture(self, sight: SweepSight, down: int, right: int) -> None:
        rows, columns = sight.picture.size
        if not rows * columns:
            self.say("there is nothing to choose yet")
            return
        if rows == 1 and not right:
            down, right = 0, down
        r, c = self._place(sight) or (0, 0)
        place = max(0, min(r + down, rows - 1)), max(0, min(c + right, columns - 1))
        setting = sight.picture.setting(place)
        if place == (r, c) or setting is None:
            self.say("the picture ends here")
            return
        self.choose((sight.settings[setting], sight.picture.points(place)[0].updates))

    def do_best(self) -> None:
        """Choose the best, and the best of what is still to come."""
        self.follows, self.seed = True, None
        self.show()

    def do_seed(self, by: str) -> None:
        """Choose another seed."""
        count = len(self.runs)
        if count < 2:
            self.say("there is one seed")
            return
        self.seed = (self.run_at + int(by)) % count
        self.query_one("#chosen", ToldRow).redraw()

    def do_measure(self, by: str) -> None:
        """Show another measure."""
        count = len(self.sight.sweep.question.measures) if self.sight is not None else 1
        if count < 2:
            self.say("one measure was taken")
            return
        self.seed = None
        self._want(measure=(self.wanted.measure + int(by)) % count, through=self.wanted.through)

    def do_axis(self, by: str) -> None:
        """Show the picture over other axes."""
        choices = self.choices
        if not choices:
            self.say("only the names of a whole grid without stages can be looked at one by one")
            return
        place = (choices.index(self.wanted.axes) + int(by)) % len(choices)
        self._want(axes=choices[place], through=self.chosen[0] if self.chosen is not None and choices[place] else 0)

    def do_order(self) -> None:
        """Show the list in the next order."""
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        self.show()

    def do_panel(self) -> None:
        """Give the keys to the picture, or to the list."""
        self.set_focus(self.listing if self.focused is self.canvas else self.canvas)
        self.set_out()
        self.show()

    def do_enlarge(self) -> None:
        """Give the one with the keys all rows, or take them back."""
        self.enlarged = not self.enlarged
        self.set_out()
        self.show()

    def clicked(self, event: events.Click) -> None:
        """Give the keys to what was clicked; choose the row of the list, and open its run with a second click."""
        self.set_focus(event.widget)
        number = self.listing.line_of(event.y) if event.widget is self.listing else None
        if number is not None:
            self.choose((self.listed[number].setting, self.listed[number].updates))
            if event.chain == 2:
                self.do_open()
