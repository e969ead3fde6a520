"""Lines of a program that are too long, folded within brackets."""

from __future__ import annotations

import re

LONG = 110


_TEXT = re.compile(r"'([^'\"\\\\]*)'")


def quoted(text: str) -> str:
    """Return a text with double quotes around strings, as formatters have them; what explains is left as it is."""
    return "\n".join(
        line if '"""' in line or "#" in line or '"' in line else _TEXT.sub(r'"\1"', line) for line in text.split("\n")
    )


def folded(text: str) -> str:
    """Return a text whose long lines go on in the next where they can."""
    return "\n".join(part for line in text.split("\n") for part in _fold(line))


def _fold(line: str) -> list[str]:
    if len(line) <= LONG or line.lstrip().startswith(("#", '"""')):
        return [line]
    place = _break(line)
    if place is None:
        return [line]
    indent = len(line) - len(line.lstrip()) + 4
    rest = " " * indent + line[place:].lstrip()
    return [line[:place].rstrip(), *(_fold(rest) if len(rest) < len(line) else [rest])]


def _break(line: str) -> int | None:
    """Return the last place before the margin, behind a comma or before an operator within brackets, as far out as can be."""
    found: dict[int, int] = {}
    depth, quote = 0, ""
    for i, letter in enumerate(line[:LONG]):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif depth > 0 and letter == "," and line[i + 1 : i + 2] == " ":
            found[depth] = i + 1
        elif depth > 0 and letter == " " and line[i + 1 : i + 3] in ("+ ", "- ", "* ", "/ ", "@ "):
            found[depth] = i
    return found[min(found)] if found else None
