"""Waiting in a lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import nothing
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


def _pause(lab: Lab, _: None) -> Outcome:
    """Wait; without a screen nothing is waited for."""
    return said("info", "pause")


ACTION = Action("pause", "", "wait for a key when a lesson is played", nothing, _pause)
