"""A lesson that takes its time without saying why."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradlab.lint._lesson import LessonPage, Lint, Remark
from gradlab.scenario.head import Head, head_lines

_TIMEOUT = re.compile(r"timeout[ \t]*:[^#]*(?:#(.*))?$")
FEWEST = 3
"""Words that a reason has."""


def find(page: LessonPage) -> Iterator[Remark]:
    """Find a `timeout` in the head without a remark behind it, or with the seconds that every lesson has."""
    lines = page.document.source.text.split("\n")
    for number, line in enumerate(lines[: max(0, head_lines(lines))], 1):
        if (found := _TIMEOUT.match(line)) is None:
            continue
        if page.document.head.timeout == Head().timeout:
            yield Remark(number, f"every lesson has {Head().timeout:g} seconds: leave `timeout` out")
        elif len((found.group(1) or "").split()) < FEWEST:
            yield Remark(number, "say why it takes longer: `timeout: 120   # six networks of 500 units`")


LINT = Lint("timeout", find)
