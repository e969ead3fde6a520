"""The whole picture of a graph, row by row: lines first, boxes over them. Pure: cells in, text with roles out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from gradlab.draw.canvas_box import Plate, Reading, box_rows
from gradlab.draw.canvas_edges import GLYPHS, Edges, Glyphs
from gradlab.draw.ink import Row, Run
from gradlab.draw.layout import Layout, LayoutRequest, lay_out
from gradlab.draw.layout.model import least_width

Read = Callable[[int], Reading]
EDGE_ROLES = ("dim", "done", "here")
PLAIN, INWARD, OUTWARD = range(3)


class Canvas:
    """A graph that has been laid out. Boxes are named by their index in `plates`; glyphs: of the lines, by their mask."""

    def __init__(
        self, plates: Sequence[Plate], inputs: Sequence[tuple[int, ...]], floors: Sequence[int] = (), glyphs: Glyphs = GLYPHS
    ) -> None:
        self.plates, self.inputs, self.glyphs = plates, inputs, glyphs
        widths = [max(plate.width, least_width(len(sources))) for plate, sources in zip(plates, inputs, strict=True)]
        heights = [plate.height for plate in plates]
        self.layout: Layout = lay_out(LayoutRequest(inputs, widths, heights, gap=1 if 1 in heights else 0, floors=floors))
        self._edges = Edges(self.layout)
        self._columns, self._boxes = _by_row(self.layout)
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
        boxes = self._boxes.get(y, ())
        place = bisect_right(self._columns.get(y, ()), x) - 1
        if place >= 0 and x < self.layout.x[boxes[place]] + self.layout.width[boxes[place]]:
            return boxes[place]
        return -1

    def boxes_in(self, y: int, x0: int, x1: int) -> Sequence[int]:
        """Return the boxes of a row that lie, wholly or in part, in the columns x0 … x1 - 1, from left to right."""
        columns, boxes = self._columns.get(y, ()), self._boxes.get(y, ())
        first = max(bisect_right(columns, x0) - 1, 0)
        if first < len(boxes) and columns[first] + self.layout.width[boxes[first]] <= x0:
            first += 1
        return boxes[first : bisect_left(columns, x1)]

    def visible(self, x0: int, y0: int, x1: int, y1: int) -> list[int]:
        """Return the boxes that touch a part of the picture."""
        found = dict.fromkeys(box for y in range(max(y0, 0), y1) for box in self.boxes_in(y, x0, x1))
        return list(found)

    def row(self, y: int, x0: int, x1: int, rows_of: Callable[[int], tuple[Row, ...]]) -> tuple[int, Row]:
        """Return the column in which the text begins, x0 or where a box begins before it, and the text up to x1 or further."""
        if not 0 <= y < self.layout.rows or x1 <= x0:
            return x0, ()
        boxes = self.boxes_in(y, x0, x1)
        start = at = min(x0, self.region(boxes[0])[0]) if boxes else x0
        lines = self._lines(y, start, max(min(x1, self.layout.columns), start))
        runs: list[Run] = []
        for box in boxes:
            left, top, width, _ = self.region(box)
            runs += lines(at, left)
            runs += rows_of(box)[y - top]
            at = left + width
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
        return box_rows(self.plates[box], reading, int(drawn.width[box]), exit_at, (a - left for a in drawn.arrivals[box]))


def dump(canvas: Canvas, read: Read) -> Iterable[Row]:
    """Return all rows of a picture."""
    for y in range(canvas.layout.rows):
        yield canvas.row(y, 0, canvas.layout.columns, lambda box: canvas.face(box, read(box)))[1]


def _by_row(drawn: Layout) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Return for each row the left columns of its boxes and the boxes, from left to right."""
    columns: dict[int, list[int]] = {}
    boxes: dict[int, list[int]] = {}
    for box in np.argsort(drawn.x, kind="stable").tolist():
        top = int(drawn.y[box])
        for y in range(top, top + int(drawn.height[box])):
            columns.setdefault(y, []).append(int(drawn.x[box]))
            boxes.setdefault(y, []).append(box)
    return columns, boxes
