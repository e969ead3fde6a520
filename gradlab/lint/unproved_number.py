"""A number in the prose that nothing in the file asserts or works out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradlab.lint._lesson import Figure, LessonPage, Lint, Remark

_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


def find(page: LessonPage) -> Iterator[Remark]:
    """Find numbers with decimals, with `%`, or of three digits and more, that stand neither in model nor script nor answers.

    In a paragraph with an `=` arithmetic is shown, and its numbers follow from it. Years are left out.
    """
    for passage in page.passages:
        shown = [part for part in passage.plain.split("\n\n") if "=" in part or "·" in part]
        for number in passage.numbers():
            if _claims(number) and not _worked_out(number, shown) and not any(number.says(one.value) for one in page.said):
                yield Remark(number.line, f"nothing asserts `{number.text.strip()}`")


def _claims(number: Figure) -> bool:
    digits = number.text.strip("-−% ")
    return not _YEAR.fullmatch(digits) and ("." in digits or number.text.endswith("%") or len(digits.replace(",", "")) > 2)


def _worked_out(number: Figure, shown: list[str]) -> bool:
    return any(number.text in part for part in shown)


LINT = Lint("unproved-number", find)
