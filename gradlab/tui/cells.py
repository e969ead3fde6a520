"""What the terminal shows, cell by cell, so that only the cells that have changed are sent.

A line is two lists: the glyph of each cell and its look (`gradlab.tui.looks`). A glyph is a character of one cell; what takes
more cells, or combines, stands whole in its first cell and leaves "" in the others. Nothing is known of a cell with the glyph
None, so it is sent whatever is to stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import compress
from operator import ne, or_
from unicodedata import category

from rich.cells import cell_len

from gradlab.tui.looks import PLAIN, blank_after, change, on_blank

GAP = 4
"""Bytes of a step to the right: so much may be written again instead."""
KNOWN: set[str] = set()
"""Characters that were found to take one cell whatever stands beside them."""

Glyphs = list[str | None]


class Unreadable(ValueError):
    """A text that cannot be taken apart into cells."""


class ScreenLine:
    """One line of the terminal. simple: whether each glyph is one character and takes one cell."""

    __slots__ = ("glyphs", "looks", "simple")

    def __init__(self, width: int) -> None:
        self.glyphs: Glyphs = [None] * width
        self.looks: list[str] = [PLAIN] * width
        self.simple = True


class CellRun:
    """What is to stand in a line from a cell on."""

    __slots__ = ("glyphs", "looks", "simple", "x", "y")

    def __init__(self, y: int, x: int) -> None:
        self.y, self.x = y, x
        self.glyphs: Glyphs = []
        self.looks: list[str] = []
        self.simple = True

    @property
    def end(self) -> int:
        """The cell behind it."""
        return self.x + len(self.glyphs)

    def add(self, text: str, look: str) -> None:
        """Put a text behind what is there. Raises Unreadable."""
        glyphs, looks, simple = cells_of(text, look)
        self.glyphs += glyphs
        self.looks += looks
        self.simple = self.simple and simple

    def cut(self, width: int) -> bool:
        """Leave away what is behind a width, if each glyph takes one cell; return whether it is no wider now."""
        if self.simple:
            del self.glyphs[width:], self.looks[width:]
        return len(self.glyphs) <= width


@lru_cache(maxsize=2048)
def cells_of(text: str, look: str) -> tuple[Sequence[str], Sequence[str], bool]:
    """Return the glyphs and looks of the cells of a text, and whether each glyph takes one cell. Raises Unreadable."""
    if is_simple(text):
        bare = on_blank(look)
        return text, [bare if letter == " " else look for letter in text], True
    width = cell_len(text)
    if not width or combines(text[0]) or any(category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in text):
        raise Unreadable(text)
    return [text, *[""] * (width - 1)], [look] * width, False


def is_simple(text: str) -> bool:
    """Return whether every character takes one cell of its own."""
    if (text.isascii() and text.isprintable()) or KNOWN.issuperset(text):
        return True
    KNOWN.update(letter for letter in text if takes_one_cell(letter))
    return KNOWN.issuperset(text)


def takes_one_cell(letter: str) -> bool:
    """Return whether a character takes one cell in every terminal and beside any other; of many scripts that is not known."""
    usual = letter < "\u0590" or "\u1e00" <= letter < "\u2e80"
    return usual and category(letter) not in ("Zl", "Zp") and category(letter)[0] not in "CM" and cell_len(letter) == 1


def combines(letter: str) -> bool:
    """Return whether a character changes the one before it."""
    return category(letter)[0] == "M" or category(letter) == "Cf"


class Pen:
    """Collects what is sent: moves, changes of the look, and text."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.look = PLAIN
        self.y = self.x = -1

    def write(self, y: int, x: int, text: str, look: str, width: int) -> None:
        """Write a text of one look that takes some cells."""
        if y != self.y or not 0 <= self.x <= x:
            self.parts.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        elif x != self.x:
            self.parts.append(f"\x1b[{x - self.x}C" if x - self.x > 1 else "\x1b[C")
        if look != self.look:
            wanted = blank_after(self.look, look) if text.isspace() else look
            self.parts.append(change(self.look, wanted))
            self.look = wanted
        self.parts.append(text)
        self.y, self.x = y, x + width

    def lose_place(self) -> None:
        """Trust the terminal no more to know the column: what was written may be of another width there."""
        self.x = -1

    def text(self) -> str:
        """Return all that is to be sent; the terminal is left with its own look."""
        return "".join(self.parts) + change(self.look, PLAIN)


class Shown:
    """What a terminal shows, as far as it is known."""

    def __init__(self) -> None:
        self.width = 0
        self.lines: list[ScreenLine] = []
        self.known = False

    def forget(self) -> None:
        """Know nothing more: what comes next is sent whole."""
        self.known = False
        self.lines = [ScreenLine(self.width) for _ in self.lines]

    def fit(self, width: int, height: int) -> None:
        """Take the size of the screen; with another one nothing is known."""
        if (width, height) != (self.width, len(self.lines)):
            self.width, self.lines = width, [ScreenLine(width) for _ in range(height)]

    def show(self, stretches: Iterable[CellRun]) -> str:
        """Return what turns the terminal into what the stretches say, and take it as shown."""
        pen, self.known = Pen(), True
        for stretch in stretches:
            line = self.lines[stretch.y]
            first, last = stretch.x, stretch.end
            if line.glyphs[first:last] != stretch.glyphs or line.looks[first:last] != stretch.looks:
                changed = changes(line, stretch)
                _send(pen, stretch, changed)
                _keep(line, stretch)
        return pen.text()


def changes(line: ScreenLine, stretch: CellRun) -> list[int]:
    """Return which cells of a stretch have changed, counted from its beginning; all if some glyphs are not of one cell."""
    if not (line.simple and stretch.simple):
        return list(range(len(stretch.glyphs)))
    glyphs, looks = line.glyphs[stretch.x : stretch.end], line.looks[stretch.x : stretch.end]
    differs = map(or_, map(ne, glyphs, stretch.glyphs), map(ne, looks, stretch.looks))
    return list(compress(range(len(glyphs)), differs))


def _send(pen: Pen, stretch: CellRun, changed: Sequence[int]) -> None:
    """Write the cells that have changed, in runs."""
    first = last = changed[0]
    for at in changed[1:]:
        if at != last + 1 and not _cheap(stretch, last, at):
            _write(pen, stretch, first, last + 1)
            first = at
        last = at
    _write(pen, stretch, first, last + 1)


def _cheap(stretch: CellRun, last: int, at: int) -> bool:
    """Whether what stands between two cells takes no more bytes than a move over it."""
    if at - last - 1 > GAP:
        return False
    look, taken = stretch.looks[last], 0
    for i in range(last + 1, at):
        glyph = stretch.glyphs[i] or ""
        taken += len(glyph.encode())
        if stretch.looks[i] != (on_blank(look) if glyph == " " else look):
            return False
    return taken <= GAP


def _write(pen: Pen, stretch: CellRun, first: int, end: int) -> None:
    """Write some cells, one run of a look after the other."""
    looks = stretch.looks
    while first < end:
        look, last = looks[first], first + 1
        while last < end and looks[last] == look:
            last += 1
        if stretch.simple:
            pen.write(stretch.y, stretch.x + first, "".join(filter(None, stretch.glyphs[first:last])), look, last - first)
        else:
            _write_glyphs(pen, stretch, first, last)
        first = last


def _write_glyphs(pen: Pen, stretch: CellRun, first: int, last: int) -> None:
    """Write cells of one look whose glyphs may be of any width."""
    for at in range(first, last):
        if glyph := stretch.glyphs[at]:
            pen.write(stretch.y, stretch.x + at, glyph, stretch.looks[at], 1)
            if not is_simple(glyph) or len(glyph) > 1:
                pen.lose_place()


def _keep(line: ScreenLine, stretch: CellRun) -> None:
    """Take a stretch as shown. Of a glyph that it covers in part nothing is known any more."""
    glyphs, first, last = line.glyphs, stretch.x, stretch.end
    before = first
    while before > 0 and glyphs[before] == "":
        before -= 1
    glyphs[before:first] = [None] * (first - before)
    for behind in range(last, len(glyphs)):
        if glyphs[behind] != "":
            break
        glyphs[behind] = None
    glyphs[first:last] = stretch.glyphs
    line.looks[first:last] = stretch.looks
    whole = len(stretch.glyphs) == len(glyphs)
    line.simple = stretch.simple and (whole or line.simple)
