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
    """Return the lines that one becomes: each goes as far as it can."""
    if len(line) <= LONG or line.lstrip().startswith(("#", '"""')):
        return [line]
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    pieces = _pieces(line)
    lines = [pieces[0]]
    for piece in pieces[1:]:
        if len(lines[-1]) + len(piece.rstrip()) <= LONG:
            lines[-1] += piece
        else:
            lines.append(indent + piece.lstrip())
    return [one.rstrip() for one in lines]


def _pieces(line: str) -> list[str]:
    """Return a line in the pieces between which it can be broken: behind a comma and before an operator, within brackets."""
    found, start, depth, quote = [], 0, 0, ""
    for i, letter in enumerate(line):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == " " and depth > 0 and (line[i - 1] == "," or line[i + 1 : i + 3] in ("+ ", "- ", "* ", "/ ", "@ ")):
            found.append(line[start:i])
            start = i
    return [*found, line[start:]]
