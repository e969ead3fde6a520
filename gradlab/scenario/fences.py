"""Finding the fenced blocks of a Markdown text.

Fences that stand at the beginning of a line are found by a scan of ten lines, because markdown-it costs 60 ms to import.
Wherever Markdown's other rules could matter (an indented fence, a quote, HTML), markdown-it is asked.
`tests/scenario/test_fences.py` holds the two to the same answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$")
_UNUSUAL = re.compile(r"^(?:[ \t>*+\-0-9.)]+(?:```|~~~)| {0,3}<)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block. info: the words behind the fence. first, last: its lines from 0, with the fences, `last` not included.

    content: line number and text of each line in it.
    """

    info: str
    first: int
    last: int
    content: tuple[tuple[int, str], ...]


def find_fences(text: str) -> list[Fence]:
    """Return the fenced blocks of a text, in order."""
    return parsed_fences(text) if _UNUSUAL.search(text) else scanned_fences(text)


def scanned_fences(text: str) -> list[Fence]:
    """Find fences that stand at the beginning of a line."""
    found: list[Fence] = []
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        opening = _FENCE.match(lines[number])
        if opening is None:
            number += 1
            continue
        mark = opening.group(1) or opening.group(3)
        closing = re.compile(rf" {{0,3}}{mark[0]}{{{len(mark)},}}[ \t]*$")
        end = next((i for i in range(number + 1, len(lines)) if closing.match(lines[i])), len(lines))
        inside = tuple((i, lines[i]) for i in range(number + 1, end))
        found.append(Fence((opening.group(2) or opening.group(4) or "").strip(), number, min(end + 1, len(lines)), inside))
        number = end + 1
    return found


def parsed_fences(text: str) -> list[Fence]:
    """Find fences wherever Markdown allows them."""
    from markdown_it import MarkdownIt

    found = []
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "fence" and token.map is not None:
            first, last = token.map
            content = token.content.removesuffix("\n").split("\n") if token.content else []
            inside = tuple((first + 1 + i, line) for i, line in enumerate(content))
            found.append(Fence(token.info.strip(), first, last, inside))
    return found
