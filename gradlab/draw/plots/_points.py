"""Points in a frame of two axes: where each lies, and what stands for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from gradlab.draw.curve import Scale, framed, room
from gradlab.draw.ink import Row, Run
from gradlab.draw.number import number
from gradlab.draw.plots._glyphs import Floats

ROLES = ("value", "delta", "good", "keyword", "word", "number")
"""Roles of labels, one after the other: each label stands there as text, too."""
SPACE = 0.05
"""Share of a stretch that is left free at both ends."""
Cells = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Axes2D:
    """Two axes, from the lower left to the upper right."""

    x: tuple[float, float]
    y: tuple[float, float]

    def cells(self, xs: Floats, ys: Floats, wide: int, high: int) -> tuple[Cells, Cells]:
        """Return the column and the row, from above, of each point; -1 for those that lie outside."""
        with np.errstate(all="ignore"):
            across = np.rint((xs - self.x[0]) / (self.x[1] - self.x[0]) * (wide - 1))
            down = np.rint((self.y[1] - ys) / (self.y[1] - self.y[0]) * (high - 1))
            inside = (across >= 0) & (across < wide) & (down >= 0) & (down < high)
        return np.where(inside, across, -1).astype(np.int64), np.where(inside, down, -1).astype(np.int64)


def stretch(values: Floats) -> tuple[float, float]:
    """Return the ends of an axis that has room for all finite values."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    pad = SPACE * (high - low) if high > low else (abs(low) or 1.0) / 2
    return low - pad, high + pad


def framing(lines: Sequence[Sequence[Run]], frame: Axes2D, names: tuple[str, str], inner: int) -> list[Row]:
    """Return what is drawn between labelled axes. names: of what lies across, and of what goes up."""
    found = framed(lines, frame.x, Scale(*frame.y), inner)
    left, right = number(frame.x[0], 3), number(frame.x[1], 3)
    name = names[0][: max(0, inner - len(left) - len(right) - 2)]
    foot = f"{left}{name.center(max(0, inner - len(left) - len(right)))}{right}"
    return [((f"{names[1]}", "dim"),), *found[:-1], ((" " * 11 + foot, "dim"),)]


def marked_points(
    lines: list[list[Run]], places: tuple[Cells, Cells], labels: Sequence[str], bracketed: bool = False
) -> list[list[Run]]:
    """Write labels over lines where points lie; of several in a cell the last is seen."""
    roles = {label: ROLES[k % len(ROLES)] for k, label in enumerate(sorted(set(labels)))}
    marks: dict[int, list[tuple[int, str, str]]] = {}
    for column, line, label in zip(places[0].tolist(), places[1].tolist(), labels, strict=True):
        if column >= 0 and line < len(lines):
            text = f"({label})" if bracketed else label[:1]
            marks.setdefault(line, []).append((max(0, column - 1) if bracketed else column, text, roles[label]))
    for line, found in marks.items():
        lines[line] = _with_marks(lines[line], found)
    return lines


def _with_marks(line: Sequence[Run], marks: Sequence[tuple[int, str, str]]) -> list[Run]:
    """Return a row with texts over its cells, all at once: where they begin, what they are, and their roles."""
    cells = [(letter, role) for text, role in line for letter in text]
    for start, text, role in marks:
        for k, letter in enumerate(text[: len(cells) - start]):
            cells[start + k] = (letter, role)
    return [("".join(letter for letter, _ in group), role) for role, group in groupby(cells, itemgetter(1))]


def inner_room(width: int, height: int) -> tuple[int, int]:
    """Return the cells and lines between the axes, below a row for the name of the upper one."""
    return room(width, height - 1)
