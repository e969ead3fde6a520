"""The whole picture of a graph, row by row: lines first, boxes over them. Pure: cells in, text with roles out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from gradlab.draw.canvas_box import Plate, Reading
from gradlab.draw.canvas_edges import GLYPHS, Edges, Glyphs
from gradlab.draw.canvas_module import face_rows
from gradlab.draw.ink import Row, Run
from gradlab.draw.layout import Layout, LayoutRequest, lay_out
from gradlab.draw.layout.model import least_width

Read = Callable[[int], Reading]
EDGE_ROLES = ("dim", "done", "here")
PLAIN, INWARD, OUTWARD = range(3)


class Canvas:
    """A graph that has been laid out. Boxes are named by their index in `plates`.

    inputs: for each box the nets that lead to it, named by the boxes that they leave.   nets: its own; by default the box.
    feet: for each frame the columns in which lines come to its lower border from within.   glyphs: of the lines, by their mask.
    """

    def __init__(
        self, plates: Sequence[Plate], inputs: Sequence[tuple[int, ...]], layout: Layout | None = None,
        nets: Sequence[int] = (), feet: Mapping[int, tuple[int, ...]] | None = None, glyphs: Glyphs = GLYPHS,
    ) -> None:  # fmt: skip
        self.plates, self.inputs, self.glyphs = plates, inputs, glyphs
        self.layout: Layout = _laid_out(plates, inputs) if layout is None else layout
        self.nets, self.feet = nets or range(len(plates)), feet or {}
        self._edges = Edges(self.layout)
        self._pieces = _by_row(self.layout, [plate.form == "frame" for plate in plates])
        self._net_role = np.zeros(len(plates) + 1, dtype=np.uint8)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self.layout.columns, self.layout.rows

    def highlight(self, marked: Mapping[int, int]) -> list[tuple[int, int, int, int]]:
        """Draw the lines that leave these boxes as INWARD or OUTWARD, all others PLAIN.

        Gives x, y, width and height of every piece of a line that looks different now.
        """
        before = self._net_role.copy()
        self._net_role[:] = PLAIN
        for net, kind in marked.items():
            self._net_role[net] = kind
        changed = (self._net_role != before)[self.layout.segments[:, 0]]
        return [(x0, y0, x1 - x0 + 1, y1 - y0 + 1) for _, x0, y0, x1, y1 in self.layout.segments[changed].tolist()]

    def region(self, box: int) -> tuple[int, int, int, int]:
        """Return x, y, width and height of a box."""
        drawn = self.layout
        return int(drawn.x[box]), int(drawn.y[box]), int(drawn.width[box]), int(drawn.height[box])

    def box_at(self, x: int, y: int) -> int:
        """Return the box of a cell, or -1."""
        pieces = self._pieces.get(y, _NONE)
        place = bisect_right(pieces.columns, x) - 1
        return pieces.boxes[place] if place >= 0 and x < pieces.columns[place] + pieces.widths[place] else -1

    def _in(self, y: int, x0: int, x1: int) -> tuple[_Pieces, range]:
        """Return the pieces of a row, and which of them lie, wholly or in part, in the columns x0 … x1 - 1."""
        pieces = self._pieces.get(y, _NONE)
        first = max(bisect_right(pieces.columns, x0) - 1, 0)
        if first < len(pieces.boxes) and pieces.columns[first] + pieces.widths[first] <= x0:
            first += 1
        return pieces, range(first, bisect_left(pieces.columns, x1))

    def visible(self, x0: int, y0: int, x1: int, y1: int) -> list[int]:
        """Return the boxes that touch a part of the picture."""
        rows = (self._in(y, x0, x1) for y in range(max(y0, 0), y1))
        return list(dict.fromkeys(pieces.boxes[place] for pieces, places in rows for place in places))

    def has_no_box(self, y: int, x0: int, x1: int) -> bool:
        """Return whether a part of a row, which may lie beside the picture, has nothing of a box."""
        return not self._in(y, x0, x1)[1]

    def is_blank(self, y: int, x0: int, x1: int) -> bool:
        """Return whether a part of a row, which may lie beside the picture, has nothing of a box or of a line."""
        a, b = max(x0, 0), min(x1, self.layout.columns)
        inside = a < b and 0 <= y < self.layout.rows
        return self.has_no_box(y, x0, x1) and not (inside and self._edges.row(y, a, b)[0].any())

    def row(self, y: int, x0: int, x1: int, rows_of: Callable[[int], tuple[Row, ...]]) -> tuple[int, Row]:
        """Return the column in which the text begins, x0 or where a box begins before it, and the text up to x1 or further."""
        if not 0 <= y < self.layout.rows or x1 <= x0:
            return x0, ()
        pieces, places = self._in(y, x0, x1)
        start = at = min(x0, pieces.columns[places[0]]) if places else x0
        lines = self._lines(y, start, max(min(x1, self.layout.columns), start))
        runs: list[Run] = []
        for place in places:
            left = pieces.columns[place]
            runs += lines(at, left)
            runs += rows_of(pieces.boxes[place])[pieces.parts[place]]
            at = left + pieces.widths[place]
        return start, (*runs, *lines(at, x1))

    def _lines(self, y: int, x0: int, x1: int) -> Callable[[int, int], list[Run]]:
        """Return a function that gives the lines of a row between two columns."""
        if x1 <= x0:
            return lambda a, b: []
        mask, nets = self._edges.row(y, x0, x1)
        text = self.glyphs[mask].tobytes().decode("utf-32-le")
        roles = self._net_role[nets]
        ends = [int(end) + 1 for end in np.flatnonzero(roles[1:] != roles[:-1])] if roles.any() else []
        names = [EDGE_ROLES[roles[end]] for end in (0, *ends)]

        def between(a: int, b: int) -> list[Run]:
            a, b = a - x0, min(b - x0, len(text))
            if b <= a:
                return []
            first = bisect_right(ends, a)
            cuts = [a, *ends[first : bisect_left(ends, b)], b]
            return [(text[c:d], names[first + k]) for k, (c, d) in enumerate(pairwise(cuts))]

        return between

    def face(self, box: int, reading: Reading) -> tuple[Row, ...]:
        """Return the rows of a box."""
        drawn = self.layout
        left = int(drawn.x[box])
        exit_at = int(drawn.exits[box]) - left if drawn.exits[box] >= 0 else -1
        arrivals, feet = (tuple(a - left for a in some) for some in (drawn.arrivals[box], self.feet.get(box, ())))
        return face_rows(self.plates[box], reading, int(drawn.width[box]), exit_at, arrivals, feet)


def dump(canvas: Canvas, read: Read) -> Iterable[Row]:
    """Return all rows of a picture."""
    for y in range(canvas.layout.rows):
        yield canvas.row(y, 0, canvas.layout.columns, lambda box: canvas.face(box, read(box)))[1]


@dataclass(slots=True)
class _Pieces:
    """The pieces of boxes in a row, from left to right: the first column, how wide, of which box, which of its rows."""

    columns: list[int] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    boxes: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)

    def add(self, column: int, width: int, box: int, part: int) -> None:
        """Put a piece behind the others."""
        self.columns.append(column)
        self.widths.append(width)
        self.boxes.append(box)
        self.parts.append(part)


_NONE = _Pieces()


def _laid_out(plates: Sequence[Plate], inputs: Sequence[tuple[int, ...]]) -> Layout:
    widths = [max(plate.width, least_width(len(sources))) for plate, sources in zip(plates, inputs, strict=True)]
    heights = [plate.height for plate in plates]
    return lay_out(LayoutRequest(inputs, widths, heights, gap=1 if 1 in heights else 0))


def _by_row(drawn: Layout, frames: Sequence[bool]) -> dict[int, _Pieces]:
    """Return the pieces of each row: of a box its rows, of a frame its upper border, its sides, and its lower border."""
    found: dict[int, _Pieces] = {}
    x, y, wide, high = (places.tolist() for places in (drawn.x, drawn.y, drawn.width, drawn.height))
    starts = [(x[box], box, False) for box in range(len(x))]
    starts += [(x[box] + wide[box] - 1, box, True) for box in range(len(x)) if frames[box]]
    for column, box, right in sorted(starts):
        top, last = y[box], high[box] - 1
        for row in range(last + 1):
            edge = not frames[box] or row in (0, last)
            if not (edge and right):
                part = (0 if not row else 2 if row == last else 1) if frames[box] else row
                found.setdefault(top + row, _Pieces()).add(column, wide[box] if edge else 1, box, part)
    return found
