"""Which characters a scenario may hold: no controls, no escapes, none that turn the direction of the text.

What is refused could draw over a terminal or show other text than what runs. In the copy that problems are shown from,
each of these is `�`, so that an excerpt is harmless, too.
"""

from __future__ import annotations

import re

from gradlab.errors import Problem
from gradlab.scenario.bounds import MAX_PROBLEMS
from gradlab.source import Source

REFUSED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """Return the text with every refused character replaced, character for character."""
    return REFUSED.sub("�", text)


def clean(name: str, text: str) -> tuple[Source, list[Problem]]:
    """Return a source that is safe to show, and a problem for each refused character. Line ends become those of Unix."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    source = Source(harmless(name), harmless(text))
    found = [_problem(source, m) for _, m in zip(range(MAX_PROBLEMS), REFUSED.finditer(text), strict=False)]
    return source, found


def _problem(source: Source, match: re.Match[str]) -> Problem:
    character = match.group()
    kind = "changes the direction of the text" if _BIDI.match(character) else "is a control character"
    message = f"U+{ord(character):04X} {kind} and is not allowed in a scenario"
    return Problem(message, source.span(match.start(), match.end()))
