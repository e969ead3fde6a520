"""A picture of text that is wider than the lesson panel."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.lint._lesson import LessonPage, Lint, Remark

WIDEST = 44


def find(page: LessonPage) -> Iterator[Remark]:
    """Find `text` fences with a line of more than 44 columns."""
    for block in page.document.blocks:
        if block.kind == "code" and block.info.split()[:1] in (["text"], []):
            width = max(map(len, block.text.split("\n")[1:-1] or [""]))
            if width > WIDEST:
                yield Remark(block.span.line, f"a picture of {width} columns, {WIDEST} fit")


LINT = Lint("wide-picture", find)
