"""Breakpoints and watches, and running to them. They are no deeds: setting one changes no number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from gradlab.axis.environment import RunEnvironment
from gradlab.axis.places import read_position
from gradlab.axis.position import Position
from gradlab.errors import GradlabError
from gradlab.graph.graph import Graph
from gradlab.lab.hidden import HIDDEN, HiddenError
from gradlab.lab.numbers import shown
from gradlab.lab.search.conditions import Condition
from gradlab.lab.search.lookout import Lookout, lookout, rebound
from gradlab.lab.search.searching import SearchResult, back, forth
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.lab.core import Core

LIMIT = 10_000
"""Updates that a search looks at when nobody says how many."""


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """Where to stop. text: behind `break`, as it was said.   stop: what is looked at.   graph: that it is bound to."""

    number: int
    text: str
    stop: Lookout
    graph: Graph


@dataclass(slots=True, eq=False)
class Watch:
    """An expression that is shown wherever the run stands. seen: its text, for a version of the laboratory."""

    number: int
    expression: Expression
    seen: tuple[int, str] = (-1, "")

    def shown(self, environment: RunEnvironment, version: int) -> str:
        """Return its numbers, worked out once a version."""
        if self.seen[0] != version:
            self.seen = version, self.told(environment)
        return self.seen[1]

    def told(self, environment: RunEnvironment) -> str:
        """Return its numbers, or why there are none."""
        try:
            value = self.expression.evaluate(environment)
        except HiddenError:
            return HIDDEN
        except GradlabError as error:
            return str(error).removeprefix("error: ").split("\n", 1)[0]
        return shown(np.asarray(value, np.float64))


@dataclass(frozen=True, slots=True)
class StopPlace:
    """Where a breakpoint stands. what: "value" (behind the op of a node), "grad" (where it is final) or "position"."""

    what: str
    name: str


@dataclass(slots=True)
class Stops:
    """The breakpoints and watches of a laboratory; they are numbered together."""

    breakpoints: list[Breakpoint] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)

    @property
    def numbers(self) -> list[int]:
        """The numbers that are taken."""
        return [*(one.number for one in self.breakpoints), *(one.number for one in self.watches)]

    @property
    def lookouts(self) -> list[Lookout]:
        """What a run has to look at."""
        return [one.stop for one in self.breakpoints]

    def add_breakpoint(self, core: Core, text: str, place: StopPlace | None, condition: Condition | None) -> Breakpoint:
        """Set a breakpoint. Raises ActionError for a position that there is not, and for what no run can know."""
        where: tuple[str, str] | Position | None = None
        if place is not None:
            is_position = place.what == "position"
            where = read_position(place.name, core.run.timeline) if is_position else (place.what, place.name)
        mode = "begins" if place is None else "always"
        bound = lookout(core.graph, core.known, condition, place=where, mode=mode)
        self.breakpoints.append(Breakpoint(self._next(), text, bound, core.graph))
        return self.breakpoints[-1]

    def add_watch(self, expression: Expression) -> Watch:
        """Watch an expression."""
        self.watches.append(Watch(self._next(), expression))
        return self.watches[-1]

    def bind(self, core: Core) -> None:
        """Bind the breakpoints to the graph that a core has now; those for whose nodes there is no name there are gone."""
        found = ((one, rebound(one.stop, one.graph, core.graph)) for one in self.breakpoints)
        self.breakpoints = [replace(one, stop=stop, graph=core.graph) for one, stop in found if stop is not None]

    def _next(self) -> int:
        return max(self.numbers, default=0) + 1

    def remove(self, numbers: Iterable[int]) -> None:
        """Remove breakpoints and watches by their numbers."""
        gone = set(numbers)
        self.breakpoints = [one for one in self.breakpoints if one.number not in gone]
        self.watches = [one for one in self.watches if one.number not in gone]

    def places(self, core: Core) -> tuple[Position, ...]:
        """Return where the breakpoints are looked at in this update, for whoever draws them."""
        found = (one.stop.at(core.run, core.position.update) for one in self.breakpoints)
        return tuple(sorted({where for where in found if where is not None}))


@dataclass(frozen=True, slots=True)
class Searched:
    """A search that was made. own: what was searched for besides the breakpoints.   start: where it began.

    low: how far back it went; None for a search forth.
    """

    found: SearchResult
    own: Sequence[Lookout]
    start: Position
    low: Position | None = None


def run_forth(core: Core, stops: Sequence[Lookout], wanted: Condition | None, updates: int) -> Searched:
    """Run until a condition holds or one of the stops is met, for at most some updates."""
    core.need_run()
    own = [] if wanted is None else [lookout(core.graph, core.known, wanted)]
    start, last = core.position, core.run.timeline.last(core.position.update)
    target = Position(start.update + updates) if last is None else last
    return Searched(core.finish(forth(core, [*own, *stops], target)), own, start)


def run_back(core: Core, stops: Sequence[Lookout], wanted: Condition | None, updates: int) -> Searched:
    """Go back to where a condition held or, without one, a stop is met; stay where nothing was."""
    core.need_run()
    own = [] if wanted is None else [lookout(core.graph, core.known, wanted)]
    start = core.position
    low = Position(max(core.run.origin.update, start.update - updates))
    return Searched(core.finish(back(core, own or stops, low.update)), own, start, low)
