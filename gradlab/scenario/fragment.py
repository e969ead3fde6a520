"""Python text cut out of a file line by line, which knows where each of its characters came from."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from gradlab.source import Source, Span


@dataclass(frozen=True, slots=True)
class Fragment:
    """A text for Python's parser.

    starts: for each line of the text, the offset in the source at which the line begins.
    """

    source: Source
    text: str
    starts: tuple[int, ...]
    lines: tuple[str, ...] = field(init=False, repr=False)
    _columns: dict[int, list[int]] = field(init=False, repr=False, default_factory=dict)
    _spans: dict[ast.AST, Span] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", tuple(self.text.split("\n")))

    @classmethod
    def of(cls, span: Span, text: str | None = None) -> Fragment:
        """Return a stretch of a source as a fragment; `text` may stand for it, character for character."""
        cut = span.text if text is None else text
        starts = [span.start] + [span.start + i + 1 for i, c in enumerate(cut) if c == "\n"]
        return cls(span.source, cut, tuple(starts))

    def place(self, line: int, column: int) -> int:
        """Return the offset in the source of a line (from 1) and a character column (from 0), held within the text."""
        line = min(max(line, 1), len(self.starts))
        column = min(max(column, 0), len(self.lines[line - 1]))
        return self.starts[line - 1] + column

    def span(self, node: ast.AST) -> Span:
        """Return where an expression or statement stands; that of a loop's body is asked for again in every round."""
        if node not in self._spans:
            self._spans[node] = self._span(node)
        return self._spans[node]

    def _span(self, node: ast.AST) -> Span:
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        end_line, end_column = getattr(node, "end_lineno", line), getattr(node, "end_col_offset", column + 1)
        start = self.place(line, self._column(line, column))
        return Span(self.source, start, max(start, self.place(end_line, self._column(end_line, end_column))))

    def _column(self, line: int, byte: int) -> int:
        """Return the character column of a byte column: Python's trees count the bytes of UTF-8."""
        if line > len(self.lines) or self.lines[line - 1].isascii():
            return byte
        if line not in self._columns:
            widths = [len(c.encode()) for c in self.lines[line - 1]]
            self._columns[line] = [i for i, width in enumerate(widths) for _ in range(width)] + [len(widths)]
        table = self._columns[line]
        return table[min(byte, len(table) - 1)]
