"""Switching between training and use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._edits import stale_part
from gradlab.axis.journal import SwitchMode
from gradlab.lab.arguments import choice
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


def _mode(lab: Lab, value: str) -> Outcome:
    """Change the mode, where the cursor stands."""
    lab.edit(SwitchMode(lab.position, f"mode {value}", value))
    return said("value", f"{lab.position}  mode {value}{stale_part(lab)}")


ACTION = Action(
    "mode",
    "train|eval",
    "run as in training, or as when the model is used",
    choice("train", "eval"),
    _mode,
    moves=True,
    edits=True,
)
