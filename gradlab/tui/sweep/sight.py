"""What the screen of a sweep sees of its file: read, counted and pictured in a thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from gradlab.sweeps.following import SweepTail
from gradlab.sweeps.pictures import SweepPicture, picture_of
from gradlab.sweeps.question import AskedSweep, Point, Result
from gradlab.sweeps.results import Done
from gradlab.sweeps.slices import slice_of
from gradlab.sweeps.standing import SweepStanding
from gradlab.sweeps.table import SettingRow

SweepState = Literal["reading", "runs", "broken", "ended"]
"""The file is being read; somebody writes to it; nobody does, and points are missing; all points are there."""


@dataclass(frozen=True, slots=True)
class SweepWanted:
    """What is to be shown. measure: its number.   axes: numbers of those that the picture goes over; () for all.

    through: the setting that is held on the other axes.
    """

    measure: int = 0
    axes: tuple[int, ...] = ()
    through: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class SweepSight:
    """A sweep as it is seen at a moment.

    rows: one for each setting and stage.   settings: those of the picture, by the numbers that they have there.
    standing: how far it is.   state: whether somebody writes.
    """

    sweep: AskedSweep
    done: Done
    rows: Sequence[SettingRow]
    standing: SweepStanding
    state: SweepState
    wanted: SweepWanted
    picture: SweepPicture
    settings: Sequence[int]

    @property
    def measure(self) -> str:
        """The measure that is shown."""
        return self.sweep.question.measures[self.wanted.measure]

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of each setting."""
        return self.sweep.plan.seeds

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why points failed, each with how many, the most frequent first; since when is left out."""
        return Counter(one.failed.partition(", ")[0] for one in self.done.values() if one.failed).most_common()

    def results(self, setting: int, updates: int) -> list[tuple[Point, Result | None]]:
        """Return the runs of a setting, one for each seed, with what came of them so far."""
        numbers = range(setting * len(self.seeds), (setting + 1) * len(self.seeds))
        return [(self.sweep.plan.point(number, updates), self.done.get((number, updates))) for number in numbers]


class SweepReader:
    """Reads a file further at each look. Raises GradlabError for what is no sweep."""

    def __init__(self, path: Path) -> None:
        self.tail = SweepTail(path)
        self.last: SweepSight | None = None

    def look(self, wanted: SweepWanted) -> SweepSight | None:
        """Return what there is to see now; None where it is what there was at the last look. Raises GradlabError."""
        tail, last = self.tail, self.last
        news = tail.read()
        state = self._state()
        if last is not None and not news and (state, wanted) == (last.state, last.wanted) and last.sweep is tail.sweep:
            return None
        if last is not None and state == "runs" and last.state != "runs":
            tail.standing.start()
        done = dict(tail.done)
        part = slice_of(tail.sweep, done, wanted.axes, wanted.through)
        with np.errstate(all="ignore"):
            picture = picture_of(part.sweep, part.done, tail.sweep.question.measures[wanted.measure])
            rows = tail.rows()
        self.last = SweepSight(tail.sweep, done, rows, replace(tail.standing), state, wanted, picture, part.settings)
        return self.last

    def _state(self) -> SweepState:
        if not self.tail.whole:
            return "reading"
        if len(self.tail.done) >= self.tail.sweep.plan.runs:
            return "ended"
        return "runs" if self.tail.is_written else "broken"
