"""A lesson in which nobody commits to anything, or whose bet is never settled."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.lint._lesson import LessonPage, Lint, Remark


def find(page: LessonPage) -> Iterator[Remark]:
    """Find a script without `bet`, and bets without `settle`."""
    bets, settled = page.words("bet"), {_name(statement.rest.text) for statement in page.words("settle")}
    if page.script and not bets:
        yield Remark(0, "no `bet`: let everybody commit to an answer before any theory")
    for statement in bets:
        if _name(statement.rest.text) not in settled:
            yield Remark(statement.line, f"the bet `{_name(statement.rest.text)}` is never settled: `settle NAME = …`")


def _name(text: str) -> str:
    return text.split(None, 1)[0] if text.strip() else ""


LINT = Lint("bet", find)
