"""Every fourth lesson of a course ends with questions about those before it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradlab.lint._lesson import LessonPage, Lint, Remark

EACH, FEWEST = 4, 3
_HEADING = re.compile(r"^#+ +mixed quiz\b", re.IGNORECASE | re.MULTILINE)


def find(page: LessonPage) -> Iterator[Remark]:
    """Find a fourth lesson without a heading "Mixed quiz", or with fewer questions behind it than there are lessons between."""
    fourth = [stand for stand in page.document.head.course if stand.number and stand.number % EACH == 0]
    if not fourth:
        return
    place = f"number {fourth[0].number} of `{fourth[0].course}`"
    headings = ((passage, _HEADING.search(passage.text)) for passage in page.passages)
    begins = next((one.line + one.text.count("\n", 0, found.start()) for one, found in headings if found is not None), None)
    if begins is None:
        yield Remark(0, f'{place} ends with "## Mixed quiz": three questions, one about each of the lessons before it')
        return
    asked = sum(statement.line > begins for statement in page.words("quiz"))
    if asked < FEWEST:
        yield Remark(begins, f"a mixed quiz has {FEWEST} questions, one about each of the lessons before it; here are {asked}")


LINT = Lint("mixed-quiz", find)
