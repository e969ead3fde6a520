"""Texts with places: a `Source` is a file's text, a `Span` a stretch of it, an excerpt a line with a caret under it."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

_ORIGIN = "#@"
"""What stands before the place in a program that a line was imported from."""
_FUNCTION = re.compile(r":\d+ in (\S+)$")
"""The function behind a place."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the name that a person knows it by (a path as they typed it, or `<text>`)."""

    name: str
    text: str
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [0] + [i + 1 for i, c in enumerate(self.text) if c == "\n"]
        object.__setattr__(self, "_starts", tuple(starts))

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of a character offset, both from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Return the character offset of a line and column, both from 1."""
        return self._starts[line - 1] + column - 1

    def line(self, number: int) -> str:
        """Return the text of a line, from 1, without its end."""
        start = self._starts[number - 1]
        stop = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:stop].rstrip("\r")

    def span(self, start: int, stop: int) -> Span:
        """Return the stretch between two character offsets."""
        return Span(self, start, stop)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a source: character offsets, the end not included."""

    source: Source
    start: int
    stop: int

    @property
    def line(self) -> int:
        """The line it begins in, from 1."""
        return self.source.place(self.start)[0]

    @property
    def column(self) -> int:
        """The column it begins in, from 1."""
        return self.source.place(self.start)[1]

    @property
    def text(self) -> str:
        """The characters of the stretch."""
        return self.source.text[self.start : self.stop]

    @property
    def origin(self) -> str:
        """The place in a program that it came from: what stands behind `#@` in its line or in that of its block, or ""."""
        number = self.source.place(self.stop)[0]
        line = self.source.line(number)
        own = line.partition(_ORIGIN)[2].strip()
        indent = len(line) - len(line.lstrip())
        while not own and indent and number > 1:
            number -= 1
            line = self.source.line(number)
            if line.strip() and len(line) - len(line.lstrip()) < indent:
                return line.partition(_ORIGIN)[2].strip()
        return own

    @property
    def function(self) -> str:
        """The function with a backward of its own that it came from, which stands behind the place: ` in NAME`; or ""."""
        found = _FUNCTION.search(self.origin)
        return found[1] if found else ""

    def part(self, start: int, stop: int) -> Span:
        """Return a stretch within this one, by offsets from its beginning."""
        return Span(self.source, self.start + start, self.start + stop)


def excerpt(span: Span, label: str) -> list[str]:
    """Return the lines `--> file:line:column`, the source line, and a caret with a label under it."""
    line, column = span.source.place(span.start)
    text = span.source.line(line)
    shown, column = _window(text, column)
    width = max(1, min(span.stop - span.start, len(shown) - column + 1))
    gutter = " " * len(str(line))
    lead = "".join("\t" if c == "\t" else " " for c in shown[: column - 1])
    return [
        f"{gutter} --> {span.source.name}:{line}:{span.column}",
        f"{gutter} |",
        f"{line} | {shown}",
        f"{gutter} | {lead}{'^' * width} {label}".rstrip(),
    ]


def _window(text: str, column: int, width: int = 160) -> tuple[str, int]:
    """Cut a very long line to the part around a column, and say where the column is in it."""
    if len(text) <= width:
        return text, column
    start = max(0, column - 1 - width // 2)
    lead = "…" if start else ""
    tail = "…" if start + width < len(text) else ""
    return lead + text[start : start + width] + tail, column - start + len(lead)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like this one, if any is like it."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return close[0] if close else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "did you mean `x`?", or nothing when no known name is near."""
    close = nearest(name, known)
    return f"did you mean `{close}`?" if close else ""
