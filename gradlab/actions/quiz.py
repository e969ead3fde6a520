"""Asking for a number, and grading the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import Words, expression
from gradlab.lab.outcome import Outcome, said
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Quiz:
    """What is asked, perhaps with the answer that was given."""

    asked: Expression
    answer: Expression | None = None


def _quiz(words: Words) -> Quiz:
    """Read `EXPR [= ANSWER]`."""
    asked, answer = words.split("=")
    return Quiz(expression(asked), None if answer is None else expression(answer))


def _ask(lab: Lab, quiz: Quiz) -> Outcome:
    """Ask; or grade the answer that is given."""
    if quiz.answer is None:
        lab.ask(quiz.asked)
        return said("quiz", f"{lab.line_of_file}what is {quiz.asked.text}?")
    found = lab.grade(quiz.asked, quiz.answer)
    return said("info" if found.right is None else "right" if found.right else "wrong", found.text)


ACTION = Action("quiz", "EXPR [= ANSWER]", "ask for a number, and grade the answer", _quiz, _ask)
