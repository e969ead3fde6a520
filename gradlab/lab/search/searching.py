"""Searching the time axis for where a condition holds, forth and back.

Forth: the next place at which it holds. Back, from where it does not hold: the last place at which it held; from where it
holds: the place at which that began. A breakpoint with a condition alone is met where the condition begins to hold, both ways.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from gradlab.axis.position import Position
from gradlab.axis.walker import Walker
from gradlab.lab.search.conditions import Judged
from gradlab.lab.search.lookout import Lookout, bad_behind
from gradlab.lab.search.sweep import Sweep, holds_now

if TYPE_CHECKING:
    from gradlab.lab.core import Core


@dataclass(frozen=True, slots=True)
class Near:
    """The look at which a condition came closest to holding."""

    verdict: Judged
    update: int
    where: Position | None


@dataclass(slots=True)
class SearchResult:
    """What a search gave. met: what was met there; empty when nothing was.   near: by lookout, where it came closest."""

    met: tuple[Lookout, ...] = ()
    near: dict[Lookout, Near] = field(default_factory=dict)

    def take(self, one: Lookout, update: int, where: Position | None, verdict: Judged) -> None:
        """Take note of a look."""
        best = self.near.get(one)
        if not verdict.held and (best is None or verdict.gap < best.verdict.gap):
            self.near[one] = Near(verdict, update, where)


def forth(core: Core, lookouts: Sequence[Lookout], target: Position) -> Generator[None, None, SearchResult]:
    """Run to the first place where one of the lookouts is met, or to the target."""
    start, found = core.position, SearchResult()
    hits: list[tuple[Lookout, int, Position | None]] = []

    def saw(one: Lookout, update: int, where: Position | None, verdict: Judged) -> bool:
        found.take(one, update, where, verdict)
        fresh = verdict.held and not held.get(one, False)
        if one in held:
            held[one] = verdict.held
        if fresh:
            hits.append((one, update, where))
        return fresh

    sweep = Sweep(core, core.walker, lookouts, saw, (start.update, start))
    held = {one: holds_now(core, sweep, one) for one in lookouts if one.mode == "begins"}
    yield from _swept(core, sweep, target)
    if hits:
        found.met = yield from _to_first(core, hits)
    return found


def _swept(core: Core, sweep: Sweep, target: Position) -> Generator[None]:
    """Sweep; when compiled kernels become ready, go on with them."""
    first = core.position.update
    while not sweep.stopped and core.position < target:
        began = monotonic()
        for _ in sweep.to(target):
            core.backend.worked(monotonic() - began)
            core.progress = (core.position.update - first) / max(1, target.update - first)
            yield
            if core.changes:
                break
            began = monotonic()
        if core.changes:
            yield from core.change_machine()
            sweep.use(core.walker)


def _to_first(core: Core, hits: list[tuple[Lookout, int, Position | None]]) -> Generator[None, None, tuple[Lookout, ...]]:
    """Go to the first of the places that were met, which lie in one update; return what is met there."""
    places = [(one, where) for one, _, where in hits if where is not None]
    first = min((where for _, where in places), default=None)
    update = hits[0][1]
    searched = [one for one, _, where in hits if where is None]
    if searched:
        yield from core.walk(Position(update))
        end = Position(update + 1) if first is None else first
        for _ in _to_bad(core.walker, searched, end):
            yield
        bad = [one for one in searched if bad_behind(core.run, one)]
        if bad:
            return (*bad, *(one for one, where in places if where == core.position))
    assert first is not None, "an op of this update gave what is looked for"
    if first.update > core.run.origin.update and not core.run.before:
        core.walker.restore(first)  # whoever came at full speed does not know what was there before the last update
    yield from core.walk(first)
    return tuple(one for one, where in places if where == first)


def _to_bad(walker: Walker, searched: Sequence[Lookout], end: Position) -> Generator[None]:
    """Go op by op from where a run stands to behind the first op that gives what one of some looks for, or to the end."""
    run = walker.run
    while run.at < end:
        after = run.timeline.next(run.at)
        if after is None:
            return
        yield from walker.walk(after)
        if any(bad_behind(run, one) for one in searched):
            return


@dataclass(slots=True)
class _Track:
    """What is known of one lookout while the axis is searched back, one segment after the other, each one forth.

    begun: a stretch in which it holds began in this update or before.   result: the update that was looked for.
    looks: of the present segment, whether it held, by update.
    """

    one: Lookout
    now: bool | None = None
    to_start: bool | None = None
    begun: int | None = None
    result: int | None = None
    looks: dict[int, bool] = field(default_factory=dict)

    def look(self, update: int, holds: bool) -> None:
        """Take a look of this segment. Several looks of one update count as one, which holds if one of them does."""
        self.looks[update] = holds or self.looks.get(update, False)

    def finish(self) -> None:
        """Draw the conclusions of a segment, and forget it."""
        if self.result is None and self.looks:
            updates, held = list(self.looks), list(self.looks.values())
            if self.to_start is None:
                stretch = self.one.mode == "until" and held[-1] and self.now is not False
                self.to_start = self.one.mode == "begins" or stretch
            self._conclude(updates, held)
        self.looks = {}

    def _conclude(self, updates: list[int], held: list[bool]) -> None:
        begins = [u for u, before, holds in zip(updates[1:], held, held[1:], strict=False) if holds and not before]
        if not self.to_start:
            self.result = max((u for u, holds in self.looks.items() if holds), default=None)
        elif self.begun is not None and not held[-1]:
            self.result = self.begun
        elif begins:
            self.result = begins[-1]
        elif held[0]:
            self.begun = updates[0]

    def latest(self, segment: int) -> int:
        """Return the last update in which the place looked for can lie, now that all from `segment` on has been searched."""
        return -1 if self.result is not None else self.begun if self.begun is not None else segment - 1


def back(core: Core, lookouts: Sequence[Lookout], low: int) -> Generator[None, None, SearchResult]:
    """Go back to the last place before this one where one of the lookouts is met, down to an update; stay where none is."""
    start, found = core.position, SearchResult()
    tracks = {one: _Track(one) for one in lookouts}
    walker = Walker(core.twins.another(), core.walker.checkpoints, keeps_past=False)
    segment = walker.checkpoints.nearest(start.update)
    yield from _segment(core, walker, segment, start, tracks, found)
    while segment > low and _undecided(list(tracks.values()), segment):
        end, segment = segment, walker.checkpoints.nearest(segment - 1)
        yield from _segment(core, walker, segment, Position(end), tracks, found)
        core.progress = (start.update - segment) / max(1, start.update - low)
    results = [(one, t.begun if t.result is None else t.result) for one, t in tracks.items()]
    update = max((u for _, u in results if u is not None and u >= low), default=None)
    if update is not None:
        place, found.met = yield from _last_place(walker, [one for one, u in results if u == update], update, start)
        yield from core.walk(place)
    return found


def _undecided(tracks: list[_Track], segment: int) -> bool:
    """Whether earlier segments can still matter."""
    best = max((t.result for t in tracks if t.result is not None), default=-1)
    return any(t.latest(segment) >= best and t.result is None for t in tracks)


def _segment(
    core: Core, walker: Walker, first: int, end: Position, tracks: dict[Lookout, _Track], found: SearchResult
) -> Generator[None]:
    """Look at everything from the beginning of an update to a position."""
    start = core.position

    def saw(one: Lookout, update: int, where: Position | None, verdict: Judged) -> bool:
        if where is not None and where.update >= start.update and where >= start:
            tracks[one].now = None if one.everywhere else verdict.held
        else:
            found.take(one, update, where, verdict)
            tracks[one].look(update, verdict.held)
        return False

    walker.load_update(first)
    began = monotonic()
    for _ in Sweep(core, walker, list(tracks), saw, (first - 1, Position(first))).to(end):
        core.backend.worked(monotonic() - began)
        yield
        began = monotonic()
    for track in tracks.values():
        track.finish()


def _last_place(
    walker: Walker, met: list[Lookout], update: int, before: Position
) -> Generator[None, None, tuple[Position, tuple[Lookout, ...]]]:
    """Return the last place of those met in an update, and what is met there."""
    places: dict[Lookout, Position] = {}
    for one in met:
        where = one.at(walker.run, update)
        if where is None:
            walker.load_update(walker.checkpoints.nearest(update))
            yield from walker.walk(Position(update))
            yield from _to_bad(walker, (one,), before)
            where = walker.run.at
        places[one] = where
    place = max(places.values())
    return place, tuple(one for one, where in places.items() if where == place)
