"""Taking back an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._telling import position_lines
from gradlab.lab.arguments import nothing
from gradlab.lab.outcome import Line, Outcome, told

if TYPE_CHECKING:
    from gradlab.session import Lab


def _undo(lab: Lab, _: None) -> Outcome:
    """Delete the last deed of the journal."""
    deed = lab.undo()
    return told([Line("info", f"took back `{deed.text}` at {deed.position}"), *position_lines(lab)])


ACTION = Action("undo", "", "take back the last edit", nothing, _undo, moves=True, edits=True)
