"""Asking for a number, a choice or an order.

    quiz grad(dot)
    quiz "What arrives at dot?" grad(dot) of f tol 2% tries 3 hint "one local slope after the other"
    quiz "What happens to the gradient?" grows|stays|shrinks = stays
    quiz order grad(w0), grad(w1), grad(w2)

A number is graded for the first position at which it is final, on the way that the script takes; `of` names the root where the
script does not. An order is from the smallest to the largest. `= KEY` belongs to choices; a number is answered by `answer`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.actions._action import Action, Read, Script
from gradlab.actions._ahead import on_script
from gradlab.actions._roots import check_in_script, check_typed
from gradlab.lab.arguments import Words
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.lab.teach import wording
from gradlab.lab.teach.question import LessonQuestion, Slip

if TYPE_CHECKING:
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Quiz:
    """What is asked, perhaps with the answer that was typed."""

    question: LessonQuestion
    answer: Words | None = None


def _quiz(words: Words) -> Quiz:
    question, answer = wording.quiz(words)
    if answer is not None:
        question.read(answer)
    return Quiz(question, answer)


def _fits(read: Read, script: Script) -> None:
    """Refuse a gradient that never comes."""
    if script.graph is not None:
        check_in_script(read.arguments.question, script, script.graph)


def _ask(lab: Lab, quiz: Quiz) -> Outcome:
    """Ask, unless the question is open already; and grade the answer that is given."""
    lines: list[Line] = []
    if quiz.answer is None or lab.question_text != quiz.question.text:
        if not lab.in_script:
            check_typed(quiz.question, lab.graph)
        lines += lab.skip_question().lines
        truth = on_script(lab, quiz.question) if lab.in_script else None
        lab.ask(quiz.question, truth, tuple(_slips(lab, quiz.question)) if lab.in_script else ())
    if quiz.answer is not None:
        return told([*lines, *lab.grade(quiz.answer).lines])
    return told([*lines, Line("quiz", f"{lab.line_of_file}{'  '.join(quiz.question.card)}")])


def _slips(lab: Lab, question: LessonQuestion) -> Iterator[Slip]:
    """Yield the mistakes that stand behind the quiz in the script."""
    for statement in lab.script[lab.cursor_line :]:
        if statement.word != "mistake":
            return
        wrong, text = wording.mistake(Words(statement.rest, lab.known))
        yield Slip(question.slip(wrong), text)


ACTION = Action(
    "quiz", '["WORDS"] EXPR [of NODE] [tol T] [tries N] [hint "WORDS"] | A|B|C = KEY | order EXPR, EXPR',
    "ask for a number, a choice or an order; a number that is typed behind `=` is graded at once", _quiz, _ask,
    part="question", listed=lambda quiz: quiz.question.listed, fits=_fits,
)  # fmt: skip
