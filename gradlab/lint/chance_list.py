"""A sentence that begins with a number and a point: Markdown makes an item of a list of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradlab.lint._lesson import LessonPage, Lint, Remark

_ITEM = re.compile(r"\s*(\d+)[.)] ")


def find(page: LessonPage) -> Iterator[Remark]:
    """Find lists that begin with another number than 1."""
    for passage in page.passages:
        number = 0
        for offset, line in enumerate(passage.text.split("\n")):
            item = _ITEM.match(line)
            if item and int(item[1]) != number + 1:
                yield Remark(passage.line + offset, f"Markdown makes a list of a line that begins with `{item[0].strip()}`")
            number = int(item[1]) if item else number


LINT = Lint("chance-list", find)
