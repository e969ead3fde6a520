"""A page of prose that does not fit into the lesson panel of a terminal of 120x34."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from gradlab.lint._lesson import LessonPage, Lint, Remark

LINES, WIDTH = 8, 46


def find(page: LessonPage) -> Iterator[Remark]:
    """Find pages of more than 8 lines of 46 characters, tables left out."""
    for passage in page.passages:
        lines = [line for line in passage.text.strip().split("\n") if not line.startswith("|")]
        paragraphs = "\n".join(lines).split("\n\n")
        count = sum(len(textwrap.wrap(" ".join(part.split()), WIDTH)) for part in paragraphs)
        if count > LINES:
            yield Remark(passage.line, f"{count} lines of {WIDTH} characters before the next stop, {LINES} fit")


LINT = Lint("long-page", find)
