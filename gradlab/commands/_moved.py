"""Questions whose number a training moves before anything is claimed about it: they are graded with another number."""

from __future__ import annotations

import ast

import numpy as np

from gradlab.actions._statement import readings
from gradlab.errors import GradlabError
from gradlab.lab.numbers import shown
from gradlab.lab.teach.question import OpenQuestion
from gradlab.lab.teach.quiz import is_close
from gradlab.lint import MovedAnswer
from gradlab.op import Array
from gradlab.scenario.assertions import Assertion
from gradlab.scenario.expressions import Expression
from gradlab.scenario.script import Statement
from gradlab.session import Lab


class MovedAnswers:
    """Follows the questions of a script to the first claim about what they ask for. found: those that came out otherwise."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.found: dict[int, MovedAnswer] = {}
        self._claims = {statement.line: _sides(read) for statement, read in readings(lab.script, lab.known)}
        self._asked: dict[int, OpenQuestion] = {}
        self._trained = 0

    def after(self, statement: Statement, question: OpenQuestion | None) -> None:
        """Look at a statement that was done, and at the question that it has asked."""
        if statement.word == "train":
            self._trained = statement.line
        if question is not None and question.asked.expression is not None and question.asked.expression.names():
            self._asked[statement.line] = question
        for line, one in [*self._asked.items()]:
            if self._settles(statement, line, one):
                self._judge(line, self._asked.pop(line), statement)

    def _settles(self, claim: Statement, line: int, question: OpenQuestion) -> bool:
        """Return whether a claim is about what was asked: the same expression, or, before a training, all that it reads."""
        asked, sides = question.asked.expression, self._claims.get(claim.line, ())
        assert asked is not None
        if self._trained < line and any(set(asked.names()) <= set(side.names()) for side in sides):
            return True
        wanted = ast.dump(asked.tree)
        return any(ast.dump(part) == wanted for side in sides for part in ast.walk(side.tree))

    def _judge(self, line: int, question: OpenQuestion, claim: Statement) -> None:
        """Compare what answers are graded with and what is claimed, where a training stands between."""
        truth, now = question.known, self._now(question)
        if truth is None or now is None or self._trained < line or self.lab.position.update <= truth.position.update:
            return
        if not is_close(truth.value, now, getattr(question.asked, "within", None)):
            self.found[line] = MovedAnswer(self._trained, claim.line, shown(truth.value), shown(now))

    def _now(self, question: OpenQuestion) -> Array | None:
        assert question.asked.expression is not None
        try:
            return np.asarray(question.asked.expression.evaluate(self.lab.environment()), np.float64)
        except GradlabError:
            return None


def _sides(read: tuple[object, object] | None) -> tuple[Expression, ...]:
    """Return the sides of what a statement claims; none for one that claims nothing."""
    claim = None if read is None else read[1]
    if not isinstance(claim, Assertion):
        return ()
    return (claim.left,) if claim.right is None else (claim.left, claim.right)
