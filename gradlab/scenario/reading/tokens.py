"""A text file as numbers: characters, words or lines, numbered in the order of their sorted names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from gradlab.errors import ArgumentError
from gradlab.op import Array
from gradlab.scenario.characters import harmless
from gradlab.scenario.reading.lines import Lines, lines_of

END = "⏎"
"""How the token is called that ends a line."""
MAX_TOKENS = 10_000
"""Different tokens of one text."""
BY = ("char", "word", "line")


def read_tokens(path: Path, name: str, by: str, memory: int) -> tuple[tuple[str, ...], Array]:
    """Return the names of the tokens, and the text in their numbers. Raises ArgumentError.

    "char" and "word" give one row (n,); the end of a line is a token of its own, number 0.   "line" gives a row of characters a
    line, (lines, longest + 1), without empty lines: token 0 ends a line, and fills what is behind.   memory: bytes for them.
    """
    with lines_of(path, name) as lines:
        rows = list(_rows(lines, _words if by == "word" else list, by == "line", memory))
    if not rows:
        raise ArgumentError(f"`{name}` has no text in it")
    order = tuple(sorted({token for row in rows for token in row}))
    numbers = {token: i for i, token in enumerate(order, 1)}
    known = (END, *(harmless(token) for token in order))
    if by != "line":
        return known, np.array([number for row in rows for number in (*(numbers[token] for token in row), 0)], np.float64)
    longest = max(map(len, rows))
    if 8 * len(rows) * (longest + 1) > memory:
        raise ArgumentError(f"`{name}`: {len(rows):,} lines of up to {longest:,} characters take {_more(memory)}")
    found = np.zeros((len(rows), longest + 1))
    for place, row in enumerate(rows):
        found[place, : len(row)] = [numbers[token] for token in row]
    return known, found


def _words(line: str) -> list[str]:
    return line.split()


def _rows(lines: Lines, cut: Callable[[str], list[str]], by_line: bool, memory: int) -> Iterator[Sequence[str]]:
    """Yield the tokens of every line. Raises ArgumentError as soon as there are too many, or too many different ones."""
    count, seen = 0, set[str]()
    for line in lines:
        lines.of_row = 0
        row = cut(line.rstrip("\r\n"))
        seen.update(row)
        count += len(row) + 1
        if 8 * count > memory:
            raise ArgumentError(f"{lines.name}:{lines.number}: the text takes {_more(memory)}")
        if len(seen) > MAX_TOKENS:
            raise ArgumentError(f"{lines.name}:{lines.number}: more than {MAX_TOKENS:,} different tokens")
        if row or not by_line:
            yield row


def _more(memory: int) -> str:
    return f"more than the {memory / 2**20:,.3g} MiB left"
