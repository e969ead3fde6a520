"""Which objective acts in which update, and which batch it takes.

Several objectives take turns, each as often in a row as its `times` says. A round has all of them; the j-th turn of one of them
in round r takes batch r · max(times) + j. A stretch of updates can belong to one objective alone: it takes its next batches
then, and behind the stretch the turns go on as if it had not been.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import gcd, lcm

from gradlab.graph.graph import Objective

ENDLESS = 1 << 62


@dataclass(frozen=True, slots=True)
class Stretch:
    """Updates that belong to one objective. objective: its place among the objectives."""

    first: int
    number: int
    objective: int


@dataclass(frozen=True, slots=True)
class Acting:
    """Whose an update is. objective: its place among the objectives.   batch: the number of the batch that it takes.

    count: the updates that this objective has made before.
    left: so many updates, with this one, follow one another that are of this objective, run the same ops and take batches in a
    row.
    """

    objective: int
    batch: int
    count: int
    left: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch where it holds. skipped: updates in stretches before it.   taken: those of the same objective."""

    first: int
    stop: int
    objective: int
    skipped: int = 0
    taken: int = 0


class Turns:
    """The turns of the objectives of a graph.

    stretches(): in the order in which they were said; where two lie on one another the later one holds.
    """

    def __init__(self, objectives: Sequence[Objective], stretches: Callable[[], Sequence[Stretch]] = tuple) -> None:
        self.objectives = objectives
        self.times = [objective.times for objective in objectives]
        self.starts = [0, *accumulate(self.times)]
        self.round, self.most = self.starts[-1], max(self.times, default=1)
        self._stretches = stretches
        self._known: tuple[Sequence[Stretch], list[_Part]] = ((), [])
        self._last: tuple[int, Sequence[Stretch], Acting] = (-1, (), Acting(0, 0, 0, 0))

    @property
    def cycle(self) -> int:
        """The number of updates after which the turns begin anew; 0 without objectives."""
        return self.round * lcm(*(one.every // gcd(one.every, one.times) for one in self.objectives))

    def of(self, update: int) -> Acting:
        """Return whose an update is."""
        stretches = self._stretches()
        if self._last[0] != update or self._last[1] is not stretches:
            found = self._acting(update)
            alike = self.objectives[found.objective].alike(found.count) if self.objectives else None
            found = found if alike is None else replace(found, left=min(found.left, alike))
            self._last = update, stretches, found
        return self._last[2]

    def _acting(self, update: int) -> Acting:
        if len(self.times) < 2:
            return Acting(0, update, update, ENDLESS)
        parts = self._parts()
        place = bisect_right(parts, update, key=lambda part: part.first)
        part = parts[place - 1] if place else _Part(0, 0, 0)
        if update < part.stop:
            batch, count = self._next(part.objective, part.first - part.skipped)
            own = part.taken + update - part.first
            return Acting(part.objective, batch + own, count + own, part.stop - update)
        usual = self._usual(update - part.skipped - (part.stop - part.first))
        ahead = parts[place].first - update if place < len(parts) else ENDLESS
        own = sum(one.stop - one.first for one in parts[:place] if one.objective == usual.objective)
        return Acting(usual.objective, usual.batch, usual.count + own, min(usual.left, ahead))

    def made(self, update: int) -> list[int]:
        """Return how many updates each objective has made before an update."""
        if len(self.times) < 2:
            return [update for _ in self.times]
        parts = [part for part in self._parts() if part.first < update]
        inside = [min(update, part.stop) - part.first for part in parts]
        number, step = divmod(update - sum(inside), self.round)
        own = [sum(n for n, part in zip(inside, parts, strict=True) if part.objective == k) for k in range(len(self.times))]
        usual = (number * t + min(max(0, step - start), t) for t, start in zip(self.times, self.starts, strict=False))
        return [a + b for a, b in zip(usual, own, strict=True)]

    def steps(self, update: int) -> list[int]:
        """Return how many steps the optimizer of each objective has made before an update, where nothing was frozen."""
        return [made // one.every for made, one in zip(self.made(update), self.objectives, strict=True)]

    def batch(self, update: int) -> int:
        """Return the number of the batch of an update."""
        return update if len(self.times) < 2 else self.of(update).batch

    def _usual(self, update: int) -> Acting:
        """Return whose an update is where no stretches are."""
        number, step = divmod(update, self.round)
        objective = bisect_right(self.starts, step) - 1
        done = step - self.starts[objective]
        times = self.times[objective]
        return Acting(objective, number * self.most + done, number * times + done, times - done)

    def _next(self, objective: int, update: int) -> tuple[int, int]:
        """Return the batch of an objective's next turn, from an update on where no stretches are, and its turns before that."""
        number, step = divmod(update, self.round)
        done, times = step - self.starts[objective], self.times[objective]
        if done >= times:
            number, done = number + 1, 0
        return number * self.most + max(0, done), number * times + max(0, done)

    def _parts(self) -> list[_Part]:
        stretches = self._stretches()
        if self._known[0] is not stretches:
            self._known = stretches, _counted(_laid_out(stretches))
        return self._known[1]


def _laid_out(stretches: Sequence[Stretch]) -> list[_Part]:
    """Return the parts of stretches that hold, in order."""
    found: list[_Part] = []
    for one in stretches:
        stop = one.first + one.number
        before = [_Part(part.first, min(part.stop, one.first), part.objective) for part in found if part.first < one.first]
        behind = [_Part(max(part.first, stop), part.stop, part.objective) for part in found if part.stop > stop]
        found = [*before, _Part(one.first, stop, one.objective), *behind]
    return sorted(found, key=lambda part: part.first)


def _counted(parts: Sequence[_Part]) -> list[_Part]:
    """Return parts with how many updates lie in parts before each."""
    found: list[_Part] = []
    for part in parts:
        skipped = sum(earlier.stop - earlier.first for earlier in found)
        taken = sum(earlier.stop - earlier.first for earlier in found if earlier.objective == part.objective)
        found.append(_Part(part.first, part.stop, part.objective, skipped, taken))
    return found
