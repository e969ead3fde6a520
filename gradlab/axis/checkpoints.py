"""What is kept of a run, within a budget of memory.

Values of the committed leaves at the beginnings of updates, and all numbers at some places of the last ones, so that a step
back need not compute much.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gradlab.axis.position import Position
from gradlab.axis.states import Flags
from gradlab.op import Array

BUDGET = 256 << 20


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A copy of all numbers. At the beginning of an update it is taken before the deeds there are applied, at f.end after.

    loss: of this update, as it was recorded; None where it was not yet.
    """

    position: Position
    numbers: Array
    stale: Flags
    before: Mapping[int, Array]
    seed: int
    mode: str
    loss: float | None = None


class Checkpoints:
    """Parameter checkpoints by update, and bookmarks.

    budget: bytes; the bookmarks may take half of it.   first: the update in which the run begins.
    """

    def __init__(self, budget: int = BUDGET, first: int = 0) -> None:
        self.budget, self.first = budget, first
        self.kept: dict[int, Mapping[int, Array]] = {}
        self.bookmarks: list[Bookmark] = []
        self._order: list[int] = []
        self._bytes = 0

    def keep(self, update: int, values: Mapping[int, Array]) -> None:
        """Keep the values of the committed leaves at the beginning of an update."""
        if update in self.kept:
            return
        insort(self._order, update)
        self.kept[update] = values
        self._bytes += _size(values)
        if self._bytes > self.budget // 2:
            self._thin()

    def _thin(self) -> None:
        """Drop every second checkpoint, but not the last two: past values are computed from them.

        When these and the first are too many the first goes: the beginning of the run is made again from the scenario.
        """
        for update in self._order[1:-2:2] or self._order[:-2]:
            self._bytes -= _size(self.kept.pop(update))
        self._order = sorted(self.kept)

    def nearest(self, update: int) -> int:
        """Return the last update, not after the given one, that can be started from. The first always can."""
        place = bisect_right(self._order, update)
        return self._order[place - 1] if place else self.first

    def fits(self, nbytes: int) -> bool:
        """Return whether copies of so many bytes are small enough to be kept."""
        return nbytes * 2 <= self.budget // 2

    def mark(self, bookmark: Bookmark) -> None:
        """Keep a bookmark: as many as fit, the latest ones."""
        most = min(4, self.budget // 2 // max(1, bookmark.numbers.nbytes))
        others = [b for b in self.bookmarks if b.position != bookmark.position]
        self.bookmarks = [*others[max(0, len(others) - most + 1) :], bookmark]

    def bookmark(self, target: Position) -> Bookmark | None:
        """Return the latest bookmark of the target's update that is not behind the target."""
        found = [b for b in self.bookmarks if b.position.update == target.update and b.position <= target]
        return max(found, key=lambda b: b.position) if found else None

    def forget(self, update: int) -> None:
        """Drop what was kept behind a change in an update: a run would not come to it any more."""
        self.bookmarks = [b for b in self.bookmarks if b.position <= Position(update)]
        for later in [u for u in self._order if u > update]:
            self._bytes -= _size(self.kept.pop(later))
        self._order = sorted(self.kept)


def shortage(budget: int, sizes: Iterable[int]) -> str:
    """Say that a budget is too small to keep the parameters at more than the last two places; "" when it is not.

    sizes: bytes of each leaf that updates change.
    """
    place = 64 + sum(size + 64 for size in sizes)
    if budget // 2 >= 3 * place:
        return ""
    return (
        f"going back is slow: a budget of {_written(budget)} keeps the last two updates only, {_written(place)} each,"
        f" and what is further back is run again from the beginning; `--budget {_written(6 * place)}` keeps more"
    )


def _written(size: int) -> str:
    """Return bytes as an option takes them, rounded up: 300K, 288M."""
    shift, letter = (20, "M") if size >= 1 << 20 else (10, "K")
    return f"{-(-size >> shift)}{letter}"


def _size(values: Mapping[int, Array]) -> int:
    return 64 + sum(array.nbytes + 64 for array in values.values())
