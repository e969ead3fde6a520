"""A question whose answer can be read above it."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.lint._lesson import Figure, LessonPage, Lint, Remark, numbers_in

NEAR = 25
"""Lines above a question that a reader has in sight."""
TELLING = 2
"""Digits that a number has to have to tell something: 1 or 4 may stand anywhere."""


def find(page: LessonPage) -> Iterator[Remark]:
    """Find answers in the prose, or in a claim, of the lines above a question."""
    for line, answer in page.answers.items():
        for number in (*_in_prose(page), *_in_claims(page)):
            if line - NEAR <= number.line < line and _tells(number) and number.says(answer):
                yield Remark(line, f"the answer stands above, in line {number.line}: `{number.text.strip()}`")
                break


def _tells(number: Figure) -> bool:
    return sum(character.isdigit() for character in number.text.lstrip("-−0.")) >= TELLING


def _in_prose(page: LessonPage) -> Iterator[Figure]:
    for passage in page.passages:
        yield from passage.numbers()


def _in_claims(page: LessonPage) -> Iterator[Figure]:
    for statement in page.words("expect"):
        yield from numbers_in(statement.rest.text, statement.line)


LINT = Lint("answer-above", find)
