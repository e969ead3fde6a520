"""Reading what a search stops at, and telling what it found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gradlab.actions._telling import position_lines
from gradlab.axis.position import Position
from gradlab.errors import ActionError, GradlabError
from gradlab.lab.arguments import Words, integer
from gradlab.lab.hidden import HIDDEN, HiddenError
from gradlab.lab.outcome import Event, Line, Outcome, told
from gradlab.lab.search.breakpoints import Searched, Stops
from gradlab.lab.search.conditions import Condition, condition
from gradlab.lab.search.lookout import Lookout
from gradlab.lab.search.searching import Near

if TYPE_CHECKING:
    from gradlab.lab.core import Core
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Search:
    """What to stop at, None for breakpoints, and after how many updates to give up; None where that was not said.

    may_stop: whether it is no failure when the condition never holds.
    """

    until: Condition | None = None
    updates: int | None = None
    may_stop: bool = False


def limited(words: Words) -> tuple[Words, int | None]:
    """Cut `for N updates` off."""
    head, tail = words.split("for")
    if tail is None:
        return head, None
    given = list(tail)
    if not given or [word.text for word in given[1:]] not in ([], ["update"], ["updates"]):
        tail.refuse("for how many updates?", tail.span, "write `for N updates`")
    return head, integer(tail, given[0], 1)


def until(words: Words) -> Search:
    """Read `until COND [for N updates]`."""
    head, updates = limited(words)
    before, wanted = head.split("until")
    if before.text:
        words.refuse(f"unexpected `{before.text}`", before.span)
    if wanted is None:
        words.refuse("until what?", words.span)
    return Search(condition(wanted), updates)


def until_or_stop(words: Words) -> Search:
    """Read `until COND [for N updates] [else stop]`."""
    head, otherwise = words.split("else")
    if otherwise is not None and otherwise.text != "stop":
        words.refuse(f"unexpected `{otherwise.text}`" if otherwise.text else "else what?", otherwise.span, "`else stop`")
    return replace(until(head), may_stop=otherwise is not None)


def need_breakpoints(lab: Lab) -> None:
    """Raise ActionError where no breakpoint is set."""
    if not lab.stops.breakpoints:
        raise ActionError("no breakpoint is set: `break when COND` or `break at NODE` sets one")


def found(
    core: Core, stops: Stops, made: Searched, *, tell_none: bool = True, may_stop: bool = False, left: str = ""
) -> Outcome:
    """Return what was met, as `found_lines` tells it. left: how much was done of what was asked for."""
    lines = found_lines(core, stops, made, tell_none=tell_none, may_stop=may_stop)
    met = [_met(core, stops, one) for one in made.found.met]
    node = core.run.timeline.executed(core.position) if met else -1
    own = bool(met) and made.found.met[0] in made.own
    event = Event("found" if own else "stop", *met[0], left, str(core.position), node) if met else None
    return told(lines, event=event)


def found_lines(core: Core, stops: Stops, made: Searched, *, tell_none: bool = True, may_stop: bool = False) -> Iterator[Line]:
    """Yield what was met, with its numbers, and where the run stands; or that nothing was, and what came closest.

    A condition that was searched for and never held is a failure, unless it `may_stop`; a breakpoint that was not met is none.
    tell_none: whether it is said that no breakpoint was met.
    """
    for one in made.found.met:
        what, why = _met(core, stops, one)
        yield Line("stop", f"{core.position}  {what}{f': {why}' if why else ''}")
    if not made.found.met:
        span = f"from {made.start} to {core.position}" if made.low is None else f"from {made.start} back to {made.low}"
        for one in made.own:
            assert one.condition is not None
            closest = _closest(core, one, made.found.near.get(one))
            yield Line("stop" if may_stop else "fail", f"`{one.condition.text}` did not hold {span}{closest}")
        if not made.own and tell_none:
            yield Line("stop", f"no breakpoint was met {span}")
    yield from position_lines(core)


def _met(core: Core, stops: Stops, one: Lookout) -> tuple[str, str]:
    """Return what was met, and the numbers that made it so, or ""."""
    met = next((b for b in stops.breakpoints if b.stop is one), None)
    head = f"breakpoint {met.number}, {met.text}" if met is not None else ""
    if one.condition is None:
        return head, ""
    head = head or f"`{one.condition.text}` holds"
    if one.condition.expression is None:
        node = core.graph.nodes[core.run.timeline.executed(core.position)]
        return head, f"behind `{node.name}` ({node.op.name})"
    if _hidden(core, one.condition):
        return head, HIDDEN
    return head, one.condition.told(one.condition.judge(core.twins.environment(core.run)))


def _hidden(core: Core, condition: Condition) -> bool:
    """Whether a condition reads what an open question asks for: then its numbers, and how far it is, would tell that."""
    try:
        condition.judge(core.environment())
    except HiddenError:
        return True
    except GradlabError:
        return False
    return False


def _closest(core: Core, one: Lookout, near: Near | None) -> str:
    """Return where a condition came closest, if it can be said how far it was."""
    if near is None or one.condition is None or one.condition.expression is None or not np.isfinite(near.verdict.gap):
        return ""
    where = near.where if near.where is not None else Position(near.update)
    if _hidden(core, one.condition):
        return f"; it came closest at {where}"
    return f"; it came closest at {where}: {one.condition.told(near.verdict)}, {near.verdict.gap:.6g} away"
