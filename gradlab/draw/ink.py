"""Lines of text with roles: what every panel draws.

A `Run` is a stretch of text and the role it plays ("value", "delta", "dim" …); a `Row` is a tuple of runs. Text is only ever
text: nothing here, nor behind it, reads markup, and characters that a terminal would obey are replaced.

A role may be `Linked`: the text leads somewhere, whatever cuts, wraps or joins the row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from rich.cells import cell_len, set_cell_size

Run = tuple[str, str]
Row = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a stretch of text leads: to an element of a node, or to what an action line does.

    node: its number, or -1.   element: its flat number in C order, or -1 for the node as a whole.   what: "value" or "delta",
    where the text is that number.   line: an action line that is done, as if it had been typed.   command: what a key does.
    prompt: the beginning of a line that a person finishes.
    """

    node: int = -1
    element: int = -1
    what: str = ""
    line: str = ""
    command: str = ""
    prompt: str = ""


class Linked(str):
    """A role whose text leads to a goal. It is equal to a role without a goal, and to one with the same goal."""

    __slots__ = ("goal",)
    goal: Goal

    def __new__(cls, role: str, goal: Goal) -> Self:
        """Return the role with a goal."""
        made = super().__new__(cls, role)
        made.goal = goal
        return made

    def __eq__(self, other: object) -> bool:
        """Whether it is the same role, and leads to the same goal if the other one leads anywhere."""
        return str.__eq__(self, other) is True and (not isinstance(other, Linked) or self.goal == other.goal)

    def __ne__(self, other: object) -> bool:
        """Whether it differs."""
        return not self == other

    __hash__ = str.__hash__

    @property
    def bare(self) -> str:
        """The role without its goal."""
        return str.__str__(self)


def link(text: str, role: str, goal: Goal) -> Run:
    """Return a run that leads to a goal."""
    return text, Linked(role, goal)


def goals_of(line: Row) -> list[tuple[int, int, Goal]]:
    """Return what in a row leads somewhere: first cell, width and goal of each stretch."""
    found: list[tuple[int, int, Goal]] = []
    at = 0
    for text, role in line:
        width = cell_len(text)
        if isinstance(role, Linked) and text.strip():
            if found and found[-1][2] == role.goal and sum(found[-1][:2]) == at:
                found[-1] = (found[-1][0], found[-1][1] + width, role.goal)
            else:
                found.append((at, width, role.goal))
        at += width
    return found


def leads_alike(one: str, other: str) -> bool:
    """Whether two roles are the same and lead to the same goal, or both to none."""
    return one == other and isinstance(one, Linked) == isinstance(other, Linked)


_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def safe(text: str) -> str:
    """Return the text with every control, escape and bidirectional character replaced by `�`, tabs by four spaces."""
    return _OBEYED.sub("\ufffd", text.replace("\t", "    "))


def row(*runs: Run | str) -> Row:
    """Return a row of runs; a bare text has no role."""
    return tuple((run, "") if isinstance(run, str) else run for run in runs)


def text_of(line: Row) -> str:
    """Return the text of a row without its roles."""
    return "".join(text for text, _ in line)


def width_of(line: Sequence[Run]) -> int:
    """Return the cells that a row takes."""
    return sum(cell_len(text) for text, _ in line)


def cells_in(line: Row, role: str) -> Iterator[int]:
    """Yield the first cell of each stretch of a role."""
    at = 0
    for text, its in line:
        if its == role:
            yield at
        at += cell_len(text)


def fit(text: str, width: int) -> str:
    """Return the text in exactly `width` cells: padded, or cut with `…`."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text + " " * (width - cell_len(text))
    return set_cell_size(text, width - 1) + "…"


def fit_end(text: str, width: int) -> str:
    """Return the text in exactly `width` cells; too long a text is cut in front: the end of a name tells it from its like."""
    if width <= 0 or cell_len(text) <= width:
        return fit(text, width)
    return fit("…" + set_cell_size(text[::-1], width - 1)[::-1], width)


def fit_right(text: str, width: int) -> str:
    """Return the text in exactly `width` cells, to the right; too long a text is cut with `…`."""
    return " " * (width - cell_len(text)) + text if cell_len(text) < width else fit(text, width)


def clip(line: Row, width: int) -> Row:
    """Return the row in at most `width` cells, ending in `…` if something was cut."""
    if width_of(line) <= width:
        return line
    kept: list[Run] = []
    left = width
    for text, role in line:
        if cell_len(text) >= left:
            kept.append((fit(text + " ", left), role))
            break
        kept.append((text, role))
        left -= cell_len(text)
    return tuple(kept)


def spread(left: Row, right: Row, width: int) -> Row:
    """Return a row with one part on either side; what is on the right is never cut, what is on the left may be."""
    room = max(0, width - width_of(right) - 1)
    kept = clip(left, room)
    gap = max(1, width - width_of(kept) - width_of(right))
    return (*kept, (" " * gap, ""), *right)


def wrap(line: Row, width: int, indent: int = 0) -> list[Row]:
    """Break a row at spaces into rows of at most `width` cells; later rows begin `indent` cells in."""
    width = max(width, indent + 4)
    rows: list[list[Run]] = [[]]
    used = 0
    for word in _words(line):
        if used + width_of(word) - _spaces_behind(word) > width and used > indent:
            rows.append([(" " * indent, "")])
            used = indent
            word = word if word[0][0].strip(" ") else word[1:]
        for text, role in word:
            while cell_len(text.rstrip(" ")) > width - used:
                head = set_cell_size(text, width - used).rstrip(" ")
                rows[-1].append((head, role))
                rows.append([(" " * indent, "")])
                text, used = text[len(head) :], indent
            rows[-1].append((text, role))
            used += cell_len(text)
    return [merge(part) for part in rows]


def _words(line: Row) -> Iterator[Sequence[Run]]:
    """Yield the row in pieces that end behind a space; the runs of one word stay together."""
    word: list[Run] = []
    for text, role in line:
        for part in re.findall(r"[^ ]+ *| +", text):
            word.append((part, role))
            if part.endswith(" "):
                yield word
                word = []
    if word:
        yield word


def _spaces_behind(word: Sequence[Run]) -> int:
    text = word[-1][0]
    return len(text) - len(text.rstrip(" "))


def merge(runs: Sequence[Run]) -> Row:
    """Return the runs with neighbours of one role joined, and without the space at the end."""
    joined: list[Run] = []
    for text, role in runs:
        if joined and leads_alike(joined[-1][1], role):
            joined[-1] = (joined[-1][0] + text, role)
        elif text:
            joined.append((text, role))
    while joined and not joined[-1][0].strip(" ") and len(joined) > 1:
        joined.pop()
    if joined:
        joined[-1] = (joined[-1][0].rstrip(" "), joined[-1][1])
    return tuple(joined)


def dump(rows: Iterable[Row]) -> str:
    """Return rows as plain text, one line each, without space at the ends."""
    return "\n".join(text_of(line).rstrip() for line in rows)
