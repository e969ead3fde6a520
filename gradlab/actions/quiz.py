"""Asking for a number, and grading the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._ahead import on_script
from gradlab.lab.arguments import Words, expression
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Quiz:
    """What is asked, perhaps with the answer that was given."""

    asked: Expression
    answer: Expression | None = None


def _quiz(words: Words) -> Quiz:
    """Read `EXPR [= ANSWER]`; a script only asks."""
    asked, answer = words.split("=")
    if answer is not None and not words.typed:
        words.refuse("a script asks, and does not answer", answer.span, "write `answer …` on a line of its own")
    return Quiz(expression(asked), None if answer is None else expression(answer))


def _ask(lab: Lab, quiz: Quiz) -> Outcome:
    """Ask, unless the question is open already; and grade the answer that is given."""
    lines: list[Line] = []
    if quiz.answer is None or lab.question_text != quiz.asked.text:
        lines += lab.skip_question().lines
        lab.ask(quiz.asked, on_script(lab, quiz.asked) if lab.in_script else None)
    if quiz.answer is not None:
        return told([*lines, *lab.grade(quiz.answer).lines])
    return told([*lines, Line("quiz", f"{lab.line_of_file}what is {quiz.asked.text}?")])


ACTION = Action("quiz", "EXPR [= ANSWER]", "ask for a number, or grade an answer at once", _quiz, _ask)
