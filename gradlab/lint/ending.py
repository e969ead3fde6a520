"""A lesson that ends without something to try next."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.lint._lesson import LessonPage, Lint, Remark

LAST = 3
"""Pages at the end in which it is looked for."""


def find(page: LessonPage) -> Iterator[Remark]:
    """Find a missing "Try next"."""
    if not any("try next" in passage.text.lower() for passage in page.passages[-LAST:]):
        yield Remark(0, 'no "Try next" at the end: one thing to type and to predict, and the next lesson by its name')


LINT = Lint("ending", find)
