"""A line of text that is typed, with a cursor in it. Pure: keys in, a row out, one at a time and in their order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rich.cells import cell_len

from gradlab.draw.ink import Row, row, safe

LONGEST = 10_000
"""Characters that a line can have; what is pasted beyond them is cut."""
_WORD_BEFORE = re.compile(r"\S*\s*$")


@dataclass(slots=True)
class TypedText:
    """The text, and the number of characters before the cursor."""

    text: str = ""
    at: int = 0

    def write(self, text: str) -> None:
        """Put another text in its place, the cursor behind it."""
        self.text, self.at = text, len(text)

    def insert(self, text: str) -> None:
        """Put a text where the cursor is: its first line that is not empty, without what a terminal would obey."""
        line = next((line for line in text.splitlines() if line.strip()), "")
        line = safe(line).replace("\ufffd", "")[: max(0, LONGEST - len(self.text))]
        self.text = self.text[: self.at] + line + self.text[self.at :]
        self.at += len(line)

    def takes(self, key: str, character: str | None) -> bool:
        """Do what a key does in a text, and return whether it does anything there."""
        if key in _MOVES:
            self.at = max(0, min(_MOVES[key](self), len(self.text)))
        elif key in _CUTS:
            start, stop = _CUTS[key](self)
            start, stop = max(0, start), min(stop, len(self.text))
            self.text, self.at = self.text[:start] + self.text[stop:], start
        elif character is not None and character.isprintable():
            self.insert(character if character.strip() else "")
            if not character.strip():
                self.text, self.at = self.text[: self.at] + character + self.text[self.at :], self.at + 1
        else:
            return False
        return True

    def drawn(self, sign: str, width: int) -> Row:
        """Return the row behind a sign, with the cursor in reverse video; of a long text the part around the cursor."""
        room = max(4, width - cell_len(sign) - 1)
        start = 0
        while cell_len(self.text[start : self.at]) >= room:
            start += 1
        stop = len(self.text)
        while stop > self.at + 1 and cell_len(self.text[start:stop]) >= room:
            stop -= 1
        under = self.text[self.at : self.at + 1] or " "
        return row((sign, "key"), (self.text[start : self.at], ""), (under, "cursor"), (self.text[self.at + 1 : stop], ""))

    def column(self, sign: str, width: int) -> int:
        """Return the column of the cursor in that row."""
        return sum(cell_len(text) for text, _ in self.drawn(sign, width)[:2])


_MOVES: dict[str, Callable[[TypedText], int]] = {
    "left": lambda e: e.at - 1, "right": lambda e: e.at + 1, "home": lambda e: 0, "end": lambda e: len(e.text),
    "ctrl+a": lambda e: 0, "ctrl+e": lambda e: len(e.text),
}  # fmt: skip
_CUTS: dict[str, Callable[[TypedText], tuple[int, int]]] = {
    "backspace": lambda e: (e.at - (e.at > 0), e.at), "ctrl+h": lambda e: (e.at - (e.at > 0), e.at),
    "delete": lambda e: (e.at, e.at + 1), "ctrl+d": lambda e: (e.at, e.at + 1), "ctrl+k": lambda e: (e.at, len(e.text)),
    "ctrl+u": lambda e: (0, e.at), "ctrl+w": lambda e: (len(_WORD_BEFORE.sub("", e.text[: e.at])), e.at),
}  # fmt: skip
