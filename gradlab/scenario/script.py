"""The lab language, cut into statements: one action a line, `#` comments. What the actions do is the laboratory's business."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradlab.scenario.markdown import Document
from gradlab.source import Source, Span

_WORD = re.compile(r"\s*(\S+)[ \t]*")
_PIECE = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\[({]|[\])}]|.""", re.DOTALL)
TYPED = "<action>"
"""The name of a text that a person typed."""
TEXT_WORDS = frozenset({"say"})
"""Actions whose line is text: a `#` in it is no comment."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of a script. span: the line without indent and comment.   word: its first word.   rest: what is behind that."""

    span: Span
    word: str
    rest: Span

    @property
    def line(self) -> int:
        """The line of the file it stands in, from 1."""
        return self.span.line

    @property
    def text(self) -> str:
        """The line as it was written, without indent and comment."""
        return self.span.text

    @property
    def head(self) -> Span:
        """Where its first word stands."""
        return self.span.part(0, len(self.word))


def statements(document: Document) -> tuple[Statement, ...]:
    """Return the statements of all lab fences of a document, in order."""
    return tuple(_of_document(document))


def _of_document(document: Document) -> Iterator[Statement]:
    for block in document.blocks:
        if block.kind == "lab" and block.starts:
            for line, start in zip(block.text.split("\n"), block.starts, strict=True):
                found = read_line(Span(document.source, start, start + len(line)))
                if found is not None:
                    yield found


def read_text(text: str, name: str = TYPED) -> tuple[Statement, ...]:
    """Return the statements of a text, as a person typed them or as they came in on stdin."""
    source = Source(name, text)
    spans = (source.span(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text))
    return tuple(found for found in map(read_line, spans) if found is not None)


def read_line(span: Span) -> Statement | None:
    """Return the statement of a line, or None when the line is empty or a comment."""
    match = _WORD.match(span.text)
    if match is None or match.group(1).startswith("#"):
        return None
    text = span.text if match.group(1) in TEXT_WORDS else span.text[: _comment(span.text)]
    stop = len(text.rstrip())
    return Statement(span.part(match.start(1), stop), match.group(1), span.part(min(match.end(), stop), stop))


def _comment(text: str) -> int:
    """Return where a comment begins: at a `#` behind a space, outside quotes."""
    for match in _PIECE.finditer(text):
        if match.group() == "#" and text[match.start() - 1 : match.start()].isspace():
            return match.start()
    return len(text)


def split_at(span: Span, mark: str) -> tuple[Span, Span | None]:
    """Cut a stretch at the first `mark` that stands between spaces, outside quotes and brackets; None when there is none.

    `split_at(a ~= b tol c, "tol")` gives `a ~= b` and `c`, both without the spaces around them.
    """
    text, depth = span.text, 0
    for match in _PIECE.finditer(text):
        piece, at = match.group(), match.start()
        if len(piece) == 1 and piece in "[({":
            depth += 1
        elif len(piece) == 1 and piece in "])}":
            depth -= 1
        elif depth <= 0 and _stands(text, at, mark):
            return stripped(span.part(0, at)), stripped(span.part(at + len(mark), len(text)))
    return stripped(span), None


def _stands(text: str, at: int, mark: str) -> bool:
    end = at + len(mark)
    before, behind = text[:at][-1:], text[end : end + 1]
    return text.startswith(mark, at) and (not before or before.isspace()) and (not behind or behind.isspace())


def stripped(span: Span) -> Span:
    """Return a stretch without the spaces around it."""
    text = span.text
    start = len(text) - len(text.lstrip())
    return span.part(start, max(start, len(text.rstrip())))
