"""Going back to where something held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._searches import Search, found, limited, need_breakpoints, until
from gradlab.lab.arguments import Words
from gradlab.lab.outcome import Outcome
from gradlab.lab.search.breakpoints import run_back

if TYPE_CHECKING:
    from gradlab.session import Lab


def _back_to(words: Words) -> Search:
    """Read `[continue | until COND] [for N updates]`."""
    head, updates = limited(words)
    return Search(None, updates) if head.text in ("", "continue") else until(words)


def _reverse(lab: Lab, wanted: Search) -> Outcome:
    """Go back."""
    if wanted.until is None:
        need_breakpoints(lab)
    return found(lab, lab.stops, run_back(lab, lab.stops.lookouts, wanted.until, wanted.updates or max(1, lab.position.update)))


ACTION = Action(
    "reverse", "[continue | until COND] [for N updates]",
    "go back to a breakpoint, or to where a condition last held (where it holds now: to where that began)", _back_to, _reverse,
    moves=True,
)  # fmt: skip
