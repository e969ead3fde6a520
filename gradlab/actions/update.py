"""Finishing an update."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._telling import foreign_text, position_lines
from gradlab.axis.position import Position
from gradlab.errors import ActionError
from gradlab.lab.arguments import nothing
from gradlab.lab.outcome import Line, Outcome, told

if TYPE_CHECKING:
    from gradlab.session import Lab


def _update(lab: Lab, _: None) -> Outcome:
    """Go to the beginning of the next update."""
    if not lab.run.timeline.trains:
        raise ActionError("there is no update: the model has no `minimize`")
    start = lab.position
    lab.go(Position(start.update + 1))
    foreign = foreign_text(lab, start)
    return told([*position_lines(lab), *([Line("info", foreign)] if foreign else [])])


ACTION = Action(
    "update", "", "finish this update: forward, backward and the step of the optimizer", nothing, _update, moves=True
)
