"""A wrong answer that the author of a lesson expects, and what is said to whoever gives it.

    quiz grad(dot)
    mistake grad(f) "you left out the slope of the sigmoid"

It belongs to the quiz before it. The wrong answer is a number or an expression, an option of a choice, or an order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action, Read, Script
from gradlab.lab.arguments import Words
from gradlab.lab.outcome import Outcome
from gradlab.lab.teach import wording
from gradlab.lab.teach.question import GradedQuestion, Slip, question_in

if TYPE_CHECKING:
    from gradlab.session import Lab


def _fits(read: Read, script: Script) -> None:
    """Refuse a mistake that belongs to no quiz, or that its quiz does not read."""
    owner = next((one for one in script.before if one.word != read.word), None)
    question = None if owner is None else question_in(owner.arguments)
    if not isinstance(question, GradedQuestion):
        read.words.refuse("no quiz stands before this mistake", label="it belongs to the `quiz` in the line above")
    question.slip(read.arguments[0])


def _add(lab: Lab, given: tuple[Words, str]) -> Outcome:
    """Add it to the open question; in a script the question has taken it already."""
    if not lab.in_script:
        question = lab.open_question()
        question.slips.append(Slip(question.asked.slip(given[0]), given[1]))
    return Outcome()


ACTION = Action(
    "mistake", 'WRONG "WORDS"', "say what leads to a wrong answer to the quiz before it", wording.mistake, _add,
    part="aside", fits=_fits,
)  # fmt: skip
