"""The lines of a text file, read one by one, in UTF-8."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from gradlab.errors import ArgumentError

MAX_TEXT = 64 << 20
"""Bytes of a text file."""
MAX_LINE = 1 << 20
"""Bytes of one row of it."""


class Lines:
    """The lines of a file one by one, so that one without an end, or a row of endless lines, is refused and not read.

    number: of the line that was given last, from 1.   of_row: bytes of the row so far; whoever ends a row sets it to 0.
    """

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.file, self.name = file, name
        self.number = self.read = self.of_row = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """Return the next line. Raises ArgumentError."""
        data = self.file.readline(MAX_LINE + 1)
        if not data:
            raise StopIteration
        self.number, self.of_row = self.number + 1, self.of_row + len(data)
        if self.of_row > MAX_LINE:
            raise ArgumentError(f"{self.name}:{self.number}: a row is longer than {MAX_LINE:,} bytes")
        if self.read + len(data) > MAX_TEXT:
            raise ArgumentError(f"`{self.name}` is larger than {MAX_TEXT >> 20} MiB")
        try:
            text = data.decode("utf-8-sig" if not self.read else "utf-8")
        except UnicodeDecodeError as error:
            raise ArgumentError(f"`{self.name}` is not UTF-8: byte {self.read + error.start}") from None
        self.read += len(data)
        return text


@contextmanager
def lines_of(path: Path, name: str) -> Iterator[Lines]:
    """Open a text file for a while. Raises ArgumentError when it cannot be read."""
    try:
        with path.open("rb") as file:
            yield Lines(file, name)
    except OSError as error:
        raise ArgumentError(f"cannot read `{name}`: {error.strerror}") from None
