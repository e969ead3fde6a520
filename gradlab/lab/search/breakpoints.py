"""Breakpoints and watches. They belong to the laboratory and not to the run: setting one changes no number, and is no deed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradlab.axis.places import read_position
from gradlab.axis.position import Position
from gradlab.errors import GradlabError
from gradlab.lab.numbers import shown
from gradlab.lab.search.conditions import Condition
from gradlab.lab.search.lookout import Lookout, lookout
from gradlab.lab.search.searching import Found, Near, back, forth
from gradlab.lab.search.sweep import StandingEnvironment
from gradlab.lab.telling import tell_position
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab

LIMIT = 10_000
"""Updates that a search looks at when nobody says how many."""


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """Where to stop. text: behind `break`, as it was said.   stop: what is looked at."""

    number: int
    text: str
    stop: Lookout


@dataclass(slots=True, eq=False)
class Watch:
    """An expression that is shown wherever the run stands. seen: its text, for a version of the laboratory."""

    number: int
    expression: Expression
    seen: tuple[int, str] = (-1, "")

    def shown(self, lab: Lab, version: int) -> str:
        """Return its numbers, worked out once a version."""
        if self.seen[0] != version:
            self.seen = version, self.told(lab)
        return self.seen[1]

    def told(self, lab: Lab) -> str:
        """Return its numbers, or why there are none."""
        try:
            value = self.expression.evaluate(StandingEnvironment(lab, lab.run))
        except GradlabError as error:
            return str(error).removeprefix("error: ").split("\n", 1)[0]
        return shown(np.asarray(value, np.float64))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a breakpoint stands. what: "value" (behind the op of a node), "grad" (where it is final) or "position"."""

    what: str
    name: str


def add_breakpoint(lab: Lab, text: str, place: Place | None, condition: Condition | None) -> Breakpoint:
    """Set a breakpoint. Raises ActionError for a position that there is not, and for what no run can know."""
    where: tuple[str, str] | Position | None = None
    if place is not None:
        is_position = place.what == "position"
        where = read_position(place.name, lab.run.timeline) if is_position else (place.what, place.name)
    number = next_number(lab)
    mode = "begins" if place is None else "always"
    bound = lookout(lab.graph, lab.known, condition, place=where, mode=mode)
    lab.breakpoints.append(Breakpoint(number, text, bound))
    return lab.breakpoints[-1]


def next_number(lab: Lab) -> int:
    """Return the number of the next breakpoint or watch: they are counted together."""
    return max([*(one.number for one in lab.breakpoints), *(one.number for one in lab.watches)], default=0) + 1


def places_of(lab: Lab) -> tuple[Position, ...]:
    """Return where the breakpoints are looked at in this update, for whoever draws them."""
    update = lab.position.update
    found = (one.stop.at(lab.run, update) for one in lab.breakpoints)
    return tuple(sorted({where for where in found if where is not None}))


def run_forth(lab: Lab, wanted: Condition | None, updates: int) -> bool:
    """Run until a condition holds or a breakpoint is met, for at most some updates; say which. Returns whether one was."""
    own = [] if wanted is None else [lookout(lab.graph, lab.known, wanted)]
    start, last = lab.position, lab.run.timeline.last(lab.position.update)
    target = Position(start.update + updates) if last is None else last
    found = lab.finish(forth(lab, [*own, *(one.stop for one in lab.breakpoints)], target))
    tell_found(lab, found, own, start)
    return bool(found.met)


def run_back(lab: Lab, wanted: Condition | None, updates: int) -> None:
    """Go back to where a condition held or a breakpoint is met; stay where nothing was; say which."""
    own = [lookout(lab.graph, lab.known, wanted)] if wanted is not None else [one.stop for one in lab.breakpoints]
    start = lab.position
    low = max(0, start.update - updates)
    found = lab.finish(back(lab, own, low))
    tell_found(lab, found, own if wanted is not None else [], start, Position(low))


def tell_found(lab: Lab, found: Found, own: Sequence[Lookout], start: Position, low: Position | None = None) -> None:
    """Say what was met, with its numbers, and where the run stands; or that nothing was, and what came closest."""
    for one in found.met:
        lab.say("value", f"{lab.position}  {_met(lab, one)}")
    if not found.met:
        span = f"from {start} to {lab.position}" if low is None else f"from {start} back to {low}"
        for one in own:
            assert one.condition is not None
            lab.say("info", f"`{one.condition.text}` did not hold {span}{_closest(lab, one, found.near.get(one))}")
        if not own and lab.statement is not None and lab.statement.word != "train":
            lab.say("info", f"no breakpoint was met {span}")
    tell_position(lab)


def _met(lab: Lab, one: Lookout) -> str:
    breakpoint_ = next((b for b in lab.breakpoints if b.stop is one), None)
    head = f"breakpoint {breakpoint_.number}, {breakpoint_.text}" if breakpoint_ is not None else ""
    if one.condition is None:
        return head
    head = head or f"`{one.condition.text}` holds"
    if one.condition.expression is None:
        node = lab.graph.nodes[lab.run.timeline.executed(lab.position)]
        return f"{head}: behind `{node.name}` ({node.op.name})"
    verdict = one.condition.judge(StandingEnvironment(lab, lab.run))
    return f"{head}: {one.condition.told(verdict)}"


def _closest(lab: Lab, one: Lookout, near: Near | None) -> str:
    """Say where a condition came closest, if it can be said how far it was."""
    if near is None or one.condition is None or one.condition.expression is None or not np.isfinite(near.verdict.gap):
        return ""
    where = near.where if near.where is not None else Position(near.update)
    return f"; it came closest at {where}: {one.condition.told(near.verdict)}, {near.verdict.gap:.6g} away"
