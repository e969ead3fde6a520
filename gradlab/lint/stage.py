"""A `show`, `zoom` or `layout` of something that the screen does not have."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.lint._lesson import LessonPage, Lint, Remark


def find(page: LessonPage) -> Iterator[Remark]:
    """Find words that the screen would answer with a note."""
    from gradlab.tui.stage import unknown_stage

    for statement in page.words("show", "zoom", "layout"):
        if said := unknown_stage(statement.word, statement.rest.text.strip()):
            yield Remark(statement.line, said)


LINT = Lint("stage", find)
