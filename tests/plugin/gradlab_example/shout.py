"""The action `shout`: a text in capitals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions import Action
from gradlab.lab.arguments import text
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


def _shout(lab: Lab, words: str) -> Outcome:
    """Say it."""
    return said("info", words.upper())


ACTION = Action("shout", "TEXT", "say a text in capitals", text, _shout)
