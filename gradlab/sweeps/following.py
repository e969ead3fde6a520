"""The file of a sweep, followed while somebody writes to it."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from gradlab.errors import GradlabError
from gradlab.sweeps.question import AskedSweep, Result
from gradlab.sweeps.results import Done, is_written, opened, read_head, read_results, sweep_of
from gradlab.sweeps.standing import SweepStanding
from gradlab.sweeps.table import SettingRow, row_of

SOME = 5_000
"""Lines that are read at a time, so that a person sees how far that is."""


class SweepTail:
    """What a file has of a sweep so far. done: the results.   standing: how far it is, as it is seen from here.

    whole: whether all that was there at the last look has been read.   Raises GradlabError for what is no sweep.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._begin()

    def _begin(self) -> None:
        with opened(self.path) as file:
            self.sweep: AskedSweep = sweep_of(read_head(self.path, file))
            self._end, self._line = file.tell(), 1
        self.done: Done = {}
        self.standing = SweepStanding(self.sweep.plan.runs)
        self.whole = False
        self._caught_up = False
        self._groups: dict[tuple[int, int], dict[int, Result]] = {}
        self._rows: dict[tuple[int, int], SettingRow] = {}

    @property
    def is_written(self) -> bool:
        """Whether a process writes to the file."""
        return is_written(self.path)

    def read(self, most: int = SOME) -> bool:
        """Read what was written since the last look, at most so many lines; return whether there was anything.

        A file that has become shorter is read from its beginning. Raises GradlabError.
        """
        try:
            if self.path.stat().st_size < self._end:
                self._begin()
        except OSError as error:
            raise GradlabError(f"error: cannot read `{self.path}`: {error.strerror}") from None
        with opened(self.path) as file:
            file.seek(self._end)
            found = list(islice(read_results(self.path, file, self.sweep, self._line), most))
        for place, result, end in found:
            self._take(place, result)
            self._end = end
        self._line += len(found)
        self.whole = len(found) < most
        if self.whole and not self._caught_up:
            self._caught_up = True
            self.standing.start()
        return bool(found)

    def _take(self, place: tuple[int, int], result: Result) -> None:
        """Count a result; one of a point that was run again takes the place of the one before."""
        number, updates = place
        key = number // len(self.sweep.plan.seeds), updates
        if place in self.done:
            self.standing.forget(self.done[place])
        self.done[place] = result
        self.standing.take(self.sweep.plan.point(number, updates), result, fresh=self._caught_up)
        self._groups.setdefault(key, {})[number] = result
        self._rows.pop(key, None)

    def rows(self) -> list[SettingRow]:
        """Return a row for each setting and stage that has results; those that nothing came to are not worked out again."""
        for key, group in self._groups.items():
            if key not in self._rows:
                self._rows[key] = row_of(self.sweep, *key, [group[number] for number in sorted(group)])
        return list(self._rows.values())
