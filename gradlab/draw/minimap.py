"""A small map of a large drawing: where its boxes are, and which part of it is in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from gradlab.draw.canvas import Canvas
from gradlab.draw.ink import Row, fit_right, merge
from gradlab.draw.layout import Layout

WIDE = 9
MOST_TALL = 12
SCREENS = 1.5
"""A drawing of more than so many screens has a map."""
IN_SIGHT, OUT_OF_SIGHT, EMPTY = "▓", "░", "·"

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Viewport:
    """The part of a drawing that is in sight, in cells."""

    left: int
    top: int
    width: int
    height: int


class Minimap:
    """The map of one layout, for a screen of a size."""

    def __init__(self, drawn: Layout, height: int) -> None:
        self.size = (max(1, drawn.columns), max(1, drawn.rows))
        self.rows = max(2, min(MOST_TALL, height // 3, -(-drawn.rows // 4)))
        self._boxes = self._regions(drawn)
        self._tops = np.unique(drawn.y)

    def _regions(self, drawn: Layout) -> npt.NDArray[np.bool_]:
        """Return in which regions the middle of a box lies."""
        found = np.zeros((self.rows, WIDE), np.bool_)
        if len(drawn.x):
            column = (2 * drawn.x + drawn.width) * WIDE // (2 * self.size[0])
            row = (2 * drawn.y + np.minimum(drawn.height, 5)) * self.rows // (2 * self.size[1])
            found[np.clip(row, 0, self.rows - 1), np.clip(column, 0, WIDE - 1)] = True
        return found

    def draw(self, sight: Viewport) -> list[Row]:
        """Return the rows: one glyph a region, then how many rows of boxes lie above and below what is in sight."""
        x0, x1 = (min(WIDE, -(-cell * WIDE // self.size[0])) for cell in (sight.left, sight.left + sight.width))
        y0, y1 = (min(self.rows, -(-cell * self.rows // self.size[1])) for cell in (sight.top, sight.top + sight.height))
        x0, y0 = min(x0, x1 - 1), min(y0, y1 - 1)
        return [*(self._row(row, (x0, x1) if y0 <= row < y1 else (0, 0)) for row in range(self.rows)), self._hint(sight)]

    def _row(self, row: int, seen: tuple[int, int]) -> Row:
        cells = []
        for column, box in enumerate(self._boxes[row].tolist()):
            inside = seen[0] <= column < seen[1]
            glyph = (IN_SIGHT if box else EMPTY) if inside else OUT_OF_SIGHT if box else " "
            cells.append((glyph, "here" if inside else "dim"))
        return (*merge([*cells, ("│", "\0")])[:-1],)

    def _hint(self, sight: Viewport) -> Row:
        above = int(np.searchsorted(self._tops, sight.top))
        below = len(self._tops) - int(np.searchsorted(self._tops, sight.top + sight.height))
        text = " ".join(f"{mark}{count:,}" for mark, count in (("▴", above), ("▾", below)) if count)
        return ((fit_right(text, WIDE), "dim"),)

    def at(self, column: int, row: int) -> tuple[int, int]:
        """Return the cell of the drawing in the middle of a region."""
        return (2 * column + 1) * self.size[0] // (2 * WIDE), (2 * row + 1) * self.size[1] // (2 * self.rows)


def wants_map(drawn: Layout, width: int, height: int) -> bool:
    """Whether a drawing has a map on a screen of a size."""
    return width > 3 * WIDE and height > 8 and drawn.columns * drawn.rows > SCREENS * width * height and (
        drawn.rows > SCREENS * height or drawn.columns > SCREENS * width
    )  # fmt: skip


def place_for_map(canvas: Canvas, sight: Viewport, tall: int, before: tuple[int, int] | None = None) -> tuple[int, int] | None:
    """Return the column and row in sight where a map of `tall` rows covers no box, or None where there is no such place.

    sight: its left and top are cells of the drawing, and may lie before it. The map stays where it was `before` if that can be,
    stands at the right or the left where nothing is, or else anywhere over lines, at the right rather than at the left.
    """
    right = sight.width - WIDE
    columns = [right, 0, *range(right - WIDE + 1, 0, 1 - WIDE)]
    for empty, among in ((canvas.is_blank, columns[:2]), (canvas.has_no_box, columns)):
        for x in ([before[0]] if before else []) + among:
            found = list(_tops(empty, sight, x, tall))
            if before and x == before[0] and before[1] in found:
                return before
            if found and x in among:
                return x, found[-1]
    return None


def _tops(empty: Callable[[int, int, int], bool], sight: Viewport, x: int, tall: int) -> Iterator[int]:
    """Yield the rows in sight below which `tall` rows are empty in the columns of a map at `x`."""
    left = sight.left + x
    free = [empty(sight.top + y, left, left + WIDE) for y in range(sight.height)]
    for is_free, rows in groupby(range(sight.height), free.__getitem__):
        run = list(rows)
        if is_free:
            yield from run[: max(0, len(run) - tall + 1)]
