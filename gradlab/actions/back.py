"""Going back by ops, layers, phases, updates or epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._telling import position_lines
from gradlab.lab.arguments import Move, move
from gradlab.lab.outcome import Outcome, told

if TYPE_CHECKING:
    from gradlab.session import Lab


def _back(lab: Lab, by: Move) -> Outcome:
    """Go back."""
    lab.go(lab.run.timeline.back(lab.position, by.unit, by.number))
    return told(position_lines(lab))


ACTION = Action("back", "[N] [op|layer|phase|update|epoch]", "go back by some ops, or other units", move, _back, moves=True)
