"""The places on the time axis that a person made: marks, breakpoints, watches, and edits."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.axis.history import LossHistory
from gradlab.axis.journal import ForwardAgain, Refresh
from gradlab.axis.position import Position
from gradlab.errors import GradlabError
from gradlab.lab.hidden import HIDDEN, HiddenError
from gradlab.lab.recorded import values

if TYPE_CHECKING:
    from gradlab.lab.search.breakpoints import Breakpoint, Stops, Watch
    from gradlab.lab.twins import CoreEnvironment

Pairs = tuple[tuple[int, float], ...]
MOST = 500
"""Updates of a curve beside a watch."""


@dataclass(frozen=True, slots=True)
class MarkPlace:
    """A position with a name. loss: of its update, None where there is none."""

    name: str
    position: Position
    loss: float | None


@dataclass(frozen=True, slots=True)
class BreakpointPlace:
    """A breakpoint. position: where it is looked at in this update, or None.   told: the numbers that decide it now."""

    number: int
    text: str
    position: Position | None
    told: str = ""


@dataclass(frozen=True, slots=True)
class WatchPlace:
    """A watch. told: its number, or why there is none.   curve: of it through the updates, where it is recorded."""

    number: int
    text: str
    told: str
    curve: Pairs = ()


@dataclass(frozen=True, slots=True)
class EditPlace:
    """Something that a person changed."""

    position: Position
    text: str


@dataclass(frozen=True, slots=True)
class Landmarks:
    """All of them; marks and edits in their order."""

    marks: tuple[MarkPlace, ...] = ()
    breakpoints: tuple[BreakpointPlace, ...] = ()
    watches: tuple[WatchPlace, ...] = ()
    edits: tuple[EditPlace, ...] = ()


def landmarks(seen: CoreEnvironment, stops: Stops, version: int) -> Landmarks:
    """Return the landmarks of a run. seen: reads its numbers as a person may see them.   version: of the laboratory."""
    core, run = seen.core, seen.run
    deeds = [deed for deed in core.journal.deeds if not isinstance(deed, Refresh | ForwardAgain)]
    return Landmarks(
        tuple(
            MarkPlace(name, at, _loss(run.history, at.update))
            for name, at in sorted(core.marks.items(), key=lambda mark: (mark[1].rank, mark[0]))
        ),
        tuple(_breakpoint(seen, one) for one in stops.breakpoints),
        tuple(
            WatchPlace(one.number, one.expression.text, one.shown(seen, version), _curve(seen, one)) for one in stops.watches
        ),
        tuple(EditPlace(deed.position, deed.text) for deed in deeds),
    )


def _loss(history: LossHistory, update: int) -> float | None:
    place = bisect_left(history.updates, update)
    if place < len(history.updates) and history.updates[place] == update:
        return history.losses[place]
    return history.last[1] if history.last is not None and history.last[0] == update else None


def _breakpoint(seen: CoreEnvironment, one: Breakpoint) -> BreakpointPlace:
    condition, place = one.stop.condition, one.stop.position or one.stop.at(seen.run, seen.run.at.update)
    if condition is None or condition.expression is None:
        return BreakpointPlace(one.number, one.text, place)
    try:
        seen.may_read(condition.expression)
        told = condition.told(condition.judge(seen))
    except HiddenError:
        told = HIDDEN
    except GradlabError as error:
        told = str(error).removeprefix("error: ").partition("\n")[0]
    return BreakpointPlace(one.number, one.text, place, told)


def _curve(seen: CoreEnvironment, one: Watch) -> Pairs:
    """Return a watched number through the updates: at most about 500 of them; nothing where it is not recorded, or hidden."""
    try:
        seen.may_read(one.expression)
        updates, numbers = values(seen.core, seen.run, one.expression)
    except GradlabError:
        return ()
    step = 1 + len(updates) // MOST
    return tuple(zip(updates[::step].tolist(), numbers[::step].tolist(), strict=True))
