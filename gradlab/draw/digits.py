"""Numbers in digits of three rows, to be read from the back of a room."""

from __future__ import annotations

from collections.abc import Sequence

from gradlab.draw.ink import Row, fit, row

GLYPHS = {
    "0": ("╭─╮", "│ │", "╰─╯"), "1": ("╶╮ ", " │ ", "╶┴╴"), "2": ("╶─╮", "╭─╯", "╰─╴"), "3": ("╶─╮", " ─┤", "╶─╯"),
    "4": ("╷ ╷", "╰─┤", "  ╵"), "5": ("╭─╴", "╰─╮", "╶─╯"), "6": ("╭─╴", "├─╮", "╰─╯"), "7": ("╶─╮", "  │", "  ╵"),
    "8": ("╭─╮", "├─┤", "╰─╯"), "9": ("╭─╮", "╰─┤", "╶─╯"), "-": ("   ", "╶─╴", "   "), "+": (" ╷ ", "╶┼╴", " ╵ "),
    ".": (" ", " ", "."), "e": ("╭─╮", "├─╯", "╰─╴"), "?": ("╶─╮", " ╭╯", " . "), "·": (" ", "·", " "),
    "n": ("   ", "╭─╮", "╵ ╵"), "a": ("╶─╮", "╭─┤", "╰─╯"), "i": ("·", "╷", "╵"), "f": ("╭─", "┼─", "╵ "),
}  # fmt: skip
"""The rows of each sign, from the top."""
ROWS = 3

Part = tuple[str, str, str]
"""A sign before a number ("=", "×" or ""), the number as a text, and what stands below it."""


def big(text: str) -> list[str]:
    """Return a number in three rows; a sign without large rows stands in the middle one."""
    cells = [GLYPHS.get(letter, (" ", letter, " ")) for letter in text]
    return ["".join(cell[y] for cell in cells) for y in range(ROWS)]


def equation(parts: Sequence[Part], width: int) -> list[Row]:
    """Return numbers and the signs between them in three rows, with their names below; as many parts as fit, in the middle."""
    shown = list(parts)
    while len(shown) > 1 and sum(map(_wide, shown)) > width:
        shown.pop()
    left = " " * max(0, (width - sum(map(_wide, shown))) // 2)
    rows = [row((left, ""), *(run for part in shown for run in _line(part, y))) for y in range(ROWS)]
    return [*rows, row((left, ""), *((_under(part), "dim") for part in shown))]


def _wide(part: Part) -> int:
    sign, number, name = part
    return max(len(big(number)[0]), len(name)) + (5 if sign else 0) + 2


def _line(part: Part, y: int) -> Row:
    sign, number, _ = part
    before = f"  {sign if y == 1 else ' '}  " if sign else ""
    return row((before, "dim"), (fit(big(number)[y], _wide(part) - len(before)), _role(number)))


def _under(part: Part) -> str:
    before = 5 if part[0] else 0
    return " " * before + fit(part[2], _wide(part) - before)


def _role(number: str) -> str:
    return "negative" if number.startswith("-") else "positive" if number[:1].isdigit() or number.startswith("+") else "dim"
