"""Doing again what was taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._telling import position_lines
from gradlab.lab.arguments import nothing
from gradlab.lab.outcome import Line, Outcome, told

if TYPE_CHECKING:
    from gradlab.session import Lab


def _redo(lab: Lab, _: None) -> Outcome:
    """Write the deeds that the last `undo` took back."""
    text = lab.redo()
    return told([Line("info", f"did `{text}` again"), *position_lines(lab)])


ACTION = Action(
    "redo", "", "do again what `undo` took back, as long as nothing else was edited", nothing, _redo, moves=True, edits=True
)
