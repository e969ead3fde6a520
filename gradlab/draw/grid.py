"""A table of numbers with lines between them, in which single numbers are framed: heavy, or dotted. And paper to put it on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len

from gradlab.draw.ink import Row

LIGHT, DOTTED, HEAVY = 1, 1.5, 2
"""How heavy a line is."""
JOINTS = " ╴╸╷┐┑╻┒┓╶─╾┌┬┭┎┰┱╺╼━┍┮┯┏┲┳╵┘┙│┤┥╽┧┪└┴┵├┼┽┟╁╅┕┶┷┝┾┿┢╆╈╹┚┛╿┦┩┃┨┫┖┸┹┞╀╃┠╂╉┗┺┻┡╄╇┣╊╋"
"""By the weights of what leads up, right, down and left, as a number with four digits of base 3."""
ROUND = {"┌": "╭", "┐": "╮", "└": "╰", "┘": "╯"}
Cell = tuple[int, int]


@dataclass(slots=True)
class Inked:
    """Characters with roles, anywhere; it grows to the right and down."""

    lines: list[list[tuple[str, str]]] = field(default_factory=list)

    def put(self, x: int, y: int, text: str, role: str = "") -> None:
        """Write a text."""
        while len(self.lines) <= y:
            self.lines.append([])
        line = self.lines[y]
        cells: list[tuple[str, str]] = []
        for letter in text:
            cells.append((letter, role))
            if not letter.isascii():
                cells.extend([("", role)] * (cell_len(letter) - 1))
        line.extend([(" ", "")] * (x + len(cells) - len(line)))
        line[x : x + len(cells)] = cells

    def rows(self) -> list[Row]:
        """Return all rows."""
        return [_joined(line) for line in self.lines]


def _joined(line: Sequence[tuple[str, str]]) -> Row:
    runs: list[tuple[str, str]] = []
    for letter, role in line:
        if runs and runs[-1][1] == role:
            runs[-1] = (runs[-1][0] + letter, role)
        else:
            runs.append((letter, role))
    return tuple(runs)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. texts: rows of texts, each `wide` cells or less.   frames: how heavy the frames of single ones are.

    roles: of single texts.   spaced: whether there is a line between two rows.
    """

    texts: Sequence[Sequence[str]]
    wide: int
    frames: Mapping[Cell, float] = field(default_factory=dict)
    roles: Mapping[Cell, str] = field(default_factory=dict)
    spaced: bool = True

    @property
    def columns(self) -> int:
        """The numbers in a row."""
        return len(self.texts[0]) if self.texts else 0

    @property
    def width(self) -> int:
        """The cells of a row."""
        return self.columns * (self.wide + 1) + 1

    @property
    def height(self) -> int:
        """The rows, with the lines."""
        return len(self.texts) * (2 if self.spaced else 1) + (1 if self.spaced else 2)

    def row_of(self, row: int) -> int:
        """Return where a row of texts stands, from the top of the grid."""
        return 2 * row + 1 if self.spaced else row + 1

    def draw(self, paper: Inked, x: int, y: int) -> None:
        """Write it, its upper left corner at (x, y)."""
        for row, texts in enumerate(self.texts):
            for column, text in enumerate(texts):
                left = x + 1 + column * (self.wide + 1)
                paper.put(left, y + self.row_of(row), text.rjust(self.wide - 1) + " ", self.roles.get((row, column), ""))
            for edge in range(self.columns + 1):
                weight = self._upright(row, edge)
                paper.put(
                    x + edge * (self.wide + 1), y + self.row_of(row), {LIGHT: "│", DOTTED: "┊"}.get(weight, "┃"), _role(weight)
                )
        for line in range(len(self.texts) + 1) if self.spaced else (0, len(self.texts)):
            self._line(paper, x, y + (2 * line if self.spaced else line + (line > 0)), line)

    def _line(self, paper: Inked, x: int, y: int, line: int) -> None:
        """Write a line between two rows."""
        for edge in range(self.columns + 1):
            up, down = self._upright(line - 1, edge), self._upright(line, edge)
            left, right = self._flat(line, edge - 1), self._flat(line, edge)
            paper.put(x + edge * (self.wide + 1), y, joint(up, right, down, left), _role(max(up, down, left, right)))
            if edge < self.columns:
                text = {LIGHT: "─", DOTTED: "┄"}.get(right, "━") * self.wide
                paper.put(x + edge * (self.wide + 1) + 1, y, text, _role(right))

    def _upright(self, row: int, edge: int) -> float:
        """Return how heavy the line left of a column is in a row; 0 outside."""
        if not 0 <= row < len(self.texts):
            return 0
        return max(LIGHT, self.frames.get((row, edge), LIGHT), self.frames.get((row, edge - 1), LIGHT))

    def _flat(self, line: int, column: int) -> float:
        """Return how heavy the line above a row is in a column; 0 outside."""
        if not 0 <= column < self.columns:
            return 0
        return max(LIGHT, self.frames.get((line, column), LIGHT), self.frames.get((line - 1, column), LIGHT))


def _role(weight: float) -> str:
    return "here" if weight == HEAVY else "dim"


def joint(*weights: float) -> str:
    """Return the character where lines of some weights meet, from above, from the right, from below, from the left."""
    place = 0
    for weight in weights:
        place = 3 * place + int(weight)
    glyph = JOINTS[place]
    return ROUND.get(glyph, glyph)
