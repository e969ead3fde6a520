"""Answering the open question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action, Read, Script
from gradlab.lab.arguments import Words
from gradlab.lab.outcome import Outcome
from gradlab.lab.teach.question import question_in

if TYPE_CHECKING:
    from gradlab.session import Lab


def _text(words: Words) -> Words:
    """Take the words as they are; which answers there are, the question says."""
    if not words.text:
        words.refuse("an answer is missing here")
    return words


def _fits(read: Read, script: Script) -> None:
    """Refuse what cannot answer the question before it."""
    question = next((found for one in script.before if (found := question_in(one.arguments)) is not None), None)
    if question is None:
        read.words.refuse("no question stands before this answer", label="`quiz`, `bet` and `why` ask")
    question.read(read.words)


def _answer(lab: Lab, given: Words) -> Outcome:
    """Say what the answer is worth: a wrong one may be mended, then the right one is shown."""
    return lab.grade(given)


ACTION = Action(
    "answer", "TEXT", "answer the open question: a number or a formula, an option, an order, your own words", _text, _answer,
    fits=_fits,
)  # fmt: skip
