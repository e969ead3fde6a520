"""A text file as numbers: characters, words or lines, numbered in the order of their sorted names."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
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
        found = _read(lines, _words if by == "word" else iter, by == "line", memory)
    if not found.lengths:
        raise ArgumentError(f"`{name}` has no text in it")
    order = sorted(found.codes)
    numbers = np.zeros(len(order) + 1, np.float64)
    numbers[[found.codes[token] for token in order]] = np.arange(1, len(order) + 1)
    known, tokens = (END, *map(harmless, order)), numbers[np.frombuffer(found.tokens, np.intc)]
    if by != "line":
        return known, tokens
    rows, longest = len(found.lengths), max(found.lengths)
    if 8 * rows * (longest + 1) > memory:
        raise ArgumentError(f"`{name}`: {rows:,} lines of up to {longest:,} characters take {_more(memory)}")
    lengths = np.frombuffer(found.lengths, np.intc)
    filled = np.zeros((rows, longest + 1))
    filled[np.arange(longest + 1) <= lengths[:, None]] = tokens
    return known, filled


@dataclass(slots=True)
class _Read:
    """A text as it is read: four bytes a token, since an object each takes twenty times as much.

    codes: different tokens, numbered from 1 as they came.   tokens: all of them, 0 at the end of each line.   lengths: of the
    lines, without their ends.
    """

    codes: dict[str, int] = field(default_factory=dict)
    tokens: array[int] = field(default_factory=lambda: array("i"))
    lengths: array[int] = field(default_factory=lambda: array("i"))


def _words(line: str) -> Iterator[str]:
    return iter(line.split())


def _read(lines: Lines, cut: Callable[[str], Iterator[str]], by_line: bool, memory: int) -> _Read:
    """Read the tokens of every line. Raises ArgumentError as soon as there are too many, or too many different ones."""
    found = _Read()
    codes, tokens = found.codes, found.tokens
    for line in lines:
        lines.of_row, before = 0, len(tokens)
        text = line.rstrip("\r\n")
        if by_line and not text:
            continue
        tokens.extend(codes.setdefault(token, len(codes) + 1) for token in cut(text))
        found.lengths.append(len(tokens) - before)
        tokens.append(0)
        if 8 * len(tokens) > memory:
            raise ArgumentError(f"{lines.name}:{lines.number}: the text takes {_more(memory)}")
        if len(codes) > MAX_TOKENS:
            raise ArgumentError(f"{lines.name}:{lines.number}: more than {MAX_TOKENS:,} different tokens")
    return found


def _more(memory: int) -> str:
    return f"more than the {memory / 2**20:,.3g} MiB left"
