"""A lesson that plays by itself: each stop stands for as long as a person needs, and a person can take over at any time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.timer import Timer

from gradlab.draw.ink import Row
from gradlab.draw.rule import TitleRule, rule_row
from gradlab.draw.transport import transport_row
from gradlab.lab.outcome import Line
from gradlab.lab.teach.timing import Timing, timing_of
from gradlab.tui.moment import Look, Request
from gradlab.tui.screens.laboratory import Laboratory
from gradlab.tui.widgets.rows import RowWidget
from gradlab.tui.widgets.status import Status

if TYPE_CHECKING:
    from gradlab.session import Lab

SLOWEST, FASTEST = 0.1, 20.0
SHORTEST = 0.02
"""Seconds that a stop stands at least."""
TIMING = "timing"
LOW = 26
"""Rows of the terminal below which the player has one of them."""
WAYS = "␣ stops · PgUp PgDn a stop · :speed 2 · q leaves"


class Transport(RowWidget):
    """The rows of the player."""

    timing = Timing(())
    speed = 1.0
    state = "stands"

    def show(self, timing: Timing, speed: float, state: str) -> None:
        """Draw how far it is."""
        self.timing, self.speed, self.state = timing, speed, state
        self.redraw()

    def rows_for(self, width: int) -> Sequence[Row]:
        """Return the row of the player, below its rule where there is room for it."""
        rule = rule_row(TitleRule(("▶", "play", "lesson"), right=WAYS), width)
        line = transport_row(self.timing, self.speed, self.state, width)
        return [rule, line] if self.size.height > 1 else [line]


class Playing(Laboratory):
    """A laboratory whose lesson plays. speed: how much faster than a person reads.   until: a mark at which it stops, or "".

    Nothing of it is kept: it can be played again.
    """

    keeps = False
    perspective = "play"

    @property
    def places(self) -> tuple[str, ...]:
        """Where keys count: those of the player first."""
        return ("play", *super().places)

    def __init__(self, make: Callable[[], Lab], title: str, speed: float = 1.0, until: str = "", *, plays: bool = True) -> None:
        super().__init__(make, title)
        self.speed, self.until, self.plays = speed, until, plays
        self.timing = Timing(())
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Return the rows of the laboratory with that of the player among them."""
        for widget in super().compose():
            if isinstance(widget, Status):
                yield Transport(id="transport")
            yield widget

    def on_mount(self) -> None:
        """Show the lesson, which plays, when the laboratory has been laid out."""
        self.call_after_refresh(lambda: self.choose("lesson"))

    def _requests(self) -> dict[str, Request]:
        return {**super()._requests(), TIMING: _ask}

    def rows_around(self) -> int:
        """Return how many rows the header and what is at the foot have, the player among it."""
        return super().rows_around() + (1 if self.app.size.height < LOW else 2)

    def _arrange(self) -> None:
        self.set_class(self.app.size.height < LOW, "low")
        super()._arrange()

    @property
    def state(self) -> str:
        """What the player does."""
        if self.moment.snapshot.question:
            return "waits"
        if self.timing.beats and self.timing.at == len(self.timing.beats):
            return "ended"
        return "plays" if self.plays else "stands"

    def show_page(self) -> None:
        """Take how far the lesson is, and go on when this stop has stood for its time."""
        super().show_page()
        found = self.moment.pictures.get(TIMING)
        if isinstance(found, Timing):
            self.timing = found
        if self.until and self.until in dict(self.moment.snapshot.marks):
            self.plays, self.until = False, ""
        self._wind()

    def _wind(self) -> None:
        """Set the clock for the next stop."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.state == "plays" and self.moment.nodes and not self.moment.work.action:
            stands = self.timing.here.seconds / self.speed if self.timing.here is not None else 0.0
            self._timer = self.set_timer(max(stands, SHORTEST), self._next)
        self.query_one(Transport).show(self.timing, self.speed, self.state)

    def _next(self) -> None:
        """Go to the next stop, unless somebody types or what was begun is not done."""
        self._timer = None
        if self.thread is None or self.state != "plays":
            return
        if self.over is not None or not self.thread.idle:
            self._timer = self.set_timer(0.2, self._next)
        else:
            self.thread.next_stop()

    def do_lesson(self) -> None:
        """Stop playing, or go on; at a question do what the key does in every lesson."""
        if self.state == "waits":
            super().do_lesson()
            return
        self.plays = not self.plays
        self._wind()

    def do_play_on(self) -> None:
        """Go to the next stop, and stand there."""
        self.plays = False
        super().do_lesson()

    def do_play_back(self) -> None:
        """Go back to the stop before, and stand there."""
        self.plays = False
        if self.thread is not None:
            self.thread.last_stop()

    def _entered(self, line: str, prefix: str) -> None:
        """Take `speed 2`, which is of the player."""
        word, _, rest = line.partition(" ")
        if word != "speed" or prefix:
            super()._entered(line, prefix)
            return
        speed = speed_of(rest)
        if speed is None:
            self.query_one(Status).tell(Line("error", f"`{rest}` is no speed: {SLOWEST:g} to {FASTEST:g}"))
        else:
            self.speed = speed
            self._wind()


def speed_of(text: str) -> float | None:
    """Return a speed; None for what is none."""
    try:
        speed = float(text.strip().removeprefix("×").removeprefix("x"))
    except ValueError:
        return None
    return speed if SLOWEST <= speed <= FASTEST else None


def _ask(lab: Lab, look: Look) -> Timing:
    return timing_of(lab)
