"""Saying a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import text
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


def _say(lab: Lab, words: str) -> Outcome:
    """Say the words."""
    return said("say", words)


ACTION = Action("say", "TEXT", "say a sentence", text, _say)
