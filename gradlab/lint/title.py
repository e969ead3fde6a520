"""A title that is cut off in lists."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.lint._lesson import LessonPage, Lint, Remark

LONGEST = 60


def find(page: LessonPage) -> Iterator[Remark]:
    """Find a title of more than 60 characters."""
    if len(page.document.head.title) > LONGEST:
        yield Remark(1, f"the title has {len(page.document.head.title)} characters, at most {LONGEST} are shown")


LINT = Lint("title", find)
