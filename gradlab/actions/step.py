"""Going forth by ops, layers, phases, updates or epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._telling import op_lines
from gradlab.lab.arguments import Move, move
from gradlab.lab.outcome import Outcome, told

if TYPE_CHECKING:
    from gradlab.session import Lab


def _step(lab: Lab, by: Move) -> Outcome:
    """Go forth."""
    start = lab.position
    lab.go(lab.run.timeline.forth(start, by.unit, by.number))
    return told(op_lines(lab, start))


ACTION = Action("step", "[N] [op|layer|phase|update|epoch]", "go forth by some ops, or other units", move, _step, moves=True)
