"""Claims about numbers, and questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.errors import ScenarioError
from gradlab.lab.action import action
from gradlab.lab.arguments import Words, expression, nothing
from gradlab.lab.asserting import judge
from gradlab.lab.teach.quiz import grade
from gradlab.lab.teach.quiz import reveal as answer_of
from gradlab.scenario.assertions import Assertion, read_assertion
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab


def _claim(words: Words) -> Assertion:
    claim = read_assertion(words.span)
    if words.known is not None and (problems := claim.check(words.known)):
        raise ScenarioError(problems)
    return claim


def _where(lab: Lab) -> str:
    """Return the line of the file that the statement stands in; nothing for what was typed."""
    statement = lab.statement
    assert statement is not None
    return "" if statement.span.source.name.startswith("<") else f"line {statement.line}  "


@action("expect", "EXPR [~= EXPR] [tol T]", "claim something about numbers", _claim)
def expect(lab: Lab, claim: Assertion) -> None:
    """Judge a claim, and say both numbers."""
    assert lab.statement is not None
    found = judge(lab, claim)
    said = f"    {found.text}" if found.text else ""
    lab.say("ok" if found.ok else "fail", f"{_where(lab)}{lab.statement.text}{said}")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, perhaps with the answer that was given."""

    asked: Expression
    answer: Expression | None = None


def _question(words: Words) -> Question:
    asked, answer = words.split("=")
    return Question(expression(asked), None if answer is None else expression(answer))


@action("quiz", "EXPR [= ANSWER]", "ask for a number, and grade the answer", _question)
def quiz(lab: Lab, question: Question) -> None:
    """Ask; or grade the answer that is given."""
    assert lab.statement is not None
    if question.answer is None:
        lab.pending_quiz = lab.statement
        lab.say("quiz", f"{_where(lab)}what is {question.asked.text}?")
        return
    lab.pending_quiz = None
    found = grade(lab, question.asked, question.answer)
    lab.say("info" if found.right is None else "right" if found.right else "wrong", found.text)


@action("reveal", "", "show the answer to the open question, and close it", nothing)
def reveal(lab: Lab, _: None) -> None:
    """Say the answer; where it cannot be known yet, why."""
    lab.say("value", answer_of(lab))
