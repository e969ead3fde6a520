"""A question about a number that a training moves before it is shown."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.lint._lesson import LessonPage, Lint, Remark


def find(page: LessonPage) -> Iterator[Remark]:
    """Find questions that are graded with the number of before a training, and settled by the one behind it."""
    for line, moved in page.moved.items():
        yield Remark(
            line,
            f"answers are graded with {moved.graded}, the number before the `train` in line {moved.train}; line {moved.claim}"
            f" claims {moved.claimed}: ask behind the training, or let it be a `bet`",
        )


LINT = Lint("moved-answer", find)
