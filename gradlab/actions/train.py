"""Many updates at full speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._searches import found_lines
from gradlab.actions._telling import training_lines
from gradlab.lab.arguments import Move, amount_of_updates
from gradlab.lab.outcome import Outcome, told
from gradlab.lab.search.breakpoints import run_forth

if TYPE_CHECKING:
    from gradlab.session import Lab


def _train(lab: Lab, by: Move) -> Outcome:
    """Train, up to the first breakpoint that is met."""
    start = lab.position
    updates = by.number * (lab.run.timeline.per_epoch if by.unit == "epoch" else 1)
    if not lab.stops.breakpoints or not lab.run.timeline.trains:
        lab.train(updates)
        return told(training_lines(lab, start))
    found = run_forth(lab, lab.stops.lookouts, None, updates)
    return told([*found_lines(lab, lab.stops, found, tell_none=False), *training_lines(lab, start)])


ACTION = Action("train", "N [updates|epochs]", "run many updates at full speed", amount_of_updates, _train, key="t", moves=True)
