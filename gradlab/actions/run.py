"""Running on until a condition holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._searches import Search, found, until_or_stop
from gradlab.lab.outcome import Outcome
from gradlab.lab.search.breakpoints import LIMIT, run_forth

if TYPE_CHECKING:
    from gradlab.session import Lab


def _run(lab: Lab, wanted: Search) -> Outcome:
    """Go forth to the next place at which the condition holds, or to a breakpoint."""
    made = run_forth(lab, lab.stops.lookouts, wanted.until, wanted.updates or LIMIT)
    return found(lab, lab.stops, made, may_stop=wanted.may_stop)


ACTION = Action(
    "run", "until COND [for N updates] [else stop]",
    "run on until a condition holds, or to a breakpoint; that it never holds is a failure, unless `else stop` says that it may",
    until_or_stop, _run, moves=True,
)  # fmt: skip
