"""Running on to a breakpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._searches import Search, found, limited, need_breakpoints
from gradlab.lab.arguments import Words
from gradlab.lab.outcome import Outcome
from gradlab.lab.search.breakpoints import LIMIT, run_forth

if TYPE_CHECKING:
    from gradlab.session import Lab


def _goes_on(words: Words) -> Search:
    """Read `[for N updates]`."""
    head, updates = limited(words)
    if head.text:
        words.refuse(f"unexpected `{head.text}`", head.span)
    return Search(None, updates)


def _continue(lab: Lab, wanted: Search) -> Outcome:
    """Go forth to the next breakpoint."""
    need_breakpoints(lab)
    return found(lab, lab.stops, run_forth(lab, lab.stops.lookouts, None, wanted.updates or LIMIT))


ACTION = Action("continue", "[for N updates]", "run on to a breakpoint", _goes_on, _continue, moves=True)
