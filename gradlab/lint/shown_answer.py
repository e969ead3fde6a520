"""A question without words that shows its answer: what is asked for stands on the card, and it is a number to be worked out."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.errors import ScenarioError
from gradlab.lab.arguments import Words
from gradlab.lab.teach import wording
from gradlab.lab.teach.quiz import NumberQuestion
from gradlab.lint._lesson import LessonPage, Lint, Remark


def find(page: LessonPage) -> Iterator[Remark]:
    """Find `quiz 2 * 0.5`: without words a card shows the expression, which anybody can work out."""
    for statement in page.words("quiz"):
        try:
            question, _ = wording.quiz(Words(statement.rest, None))
        except ScenarioError:  # the script says what is wrong with it
            continue
        if isinstance(question, NumberQuestion) and not question.title and not question.asked.names():
            text = question.asked.text
            yield Remark(statement.line, f'the card shows `{text}`, which is the answer: ask in words, `quiz "…" {text}`')


LINT = Lint("shown-answer", find)
