"""A note for the teacher: students do not see it; `gradlab open --notes` shows it in the lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import Words
from gradlab.lab.outcome import Outcome
from gradlab.lab.teach import wording

if TYPE_CHECKING:
    from gradlab.session import Lab


def _words(words: Words) -> str:
    return wording.only(words, "a note")


def _note(lab: Lab, _: str) -> Outcome:
    """Say nothing."""
    return Outcome()


ACTION = Action(
    "note", '"WORDS"', "a note for the teacher, which students do not see", _words, _note, part="note", listed=lambda note: note
)
