"""Showing the answer to the open question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import nothing
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


def _reveal(lab: Lab, _: None) -> Outcome:
    """Say the answer; where it cannot be known yet, why."""
    return said("value", lab.reveal())


ACTION = Action("reveal", "", "show the answer to the open question, and close it", nothing, _reveal)
