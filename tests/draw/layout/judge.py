"""What every layout owes: a judge that knows nothing of how it was made. It works on cells."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from gradlab.draw.layout import Layout, LayoutRequest

Cell = tuple[int, int]
UP, RIGHT, DOWN, LEFT = (0, -1), (1, 0), (0, 1), (-1, 0)


class Picture:
    """The cells of each net, how they are joined, and the cells of the boxes."""

    def __init__(self, request: LayoutRequest, drawn: Layout) -> None:
        self.request, self.drawn = request, drawn
        self.flat: dict[int, set[Cell]] = defaultdict(set)
        self.upright: dict[int, set[Cell]] = defaultdict(set)
        self.joined: dict[int, dict[Cell, set[Cell]]] = defaultdict(lambda: defaultdict(set))
        for net, x0, y0, x1, y1 in drawn.segments.tolist():
            self._draw(net, x0, y0, x1, y1)

    def _draw(self, net: int, x0: int, y0: int, x1: int, y1: int) -> None:
        assert (x0 == x1 and y0 <= y1) or (y0 == y1 and x0 <= x1), "a segment is straight"
        step = DOWN if x0 == x1 else RIGHT
        cells = [(x0 + step[0] * i, y0 + step[1] * i) for i in range(max(x1 - x0, y1 - y0) + 1)]
        (self.upright if step == DOWN else self.flat)[net].update(cells)
        for one, other in pairwise(cells):
            self.joined[net][one].add(other)
            self.joined[net][other].add(one)

    def box(self, node: int) -> set[Cell]:
        """Return the cells of a box."""
        x, y = int(self.drawn.x[node]), int(self.drawn.y[node])
        return {(x + i, y + j) for i in range(self.request.widths[node]) for j in range(self.request.heights[node])}

    def reached(self, net: int, start: Cell) -> set[Cell]:
        """Return the cells of a net that hang together with one of its cells."""
        seen, waiting = {start}, [start]
        while waiting:
            for other in self.joined[net][waiting.pop()] - seen:
                seen.add(other)
                waiting.append(other)
        return seen


def judge(request: LayoutRequest, drawn: Layout) -> None:
    """Assert all of it."""
    picture = Picture(request, drawn)
    boxes_stand_apart(picture)
    no_line_enters_a_foreign_box(picture)
    every_reader_is_reached(picture)
    lines_only_cross(picture)


def boxes_stand_apart(picture: Picture) -> None:
    """Assert that no two boxes share a cell, and all are inside the drawing."""
    taken: set[Cell] = set()
    for node in range(len(picture.request.inputs)):
        cells = picture.box(node)
        assert not cells & taken
        taken |= cells
    assert all(0 <= x < picture.drawn.columns and 0 <= y < picture.drawn.rows for x, y in taken)


def no_line_enters_a_foreign_box(picture: Picture) -> None:
    """Assert that lines touch boxes only at the borders where they leave and enter."""
    owner = {cell: node for node in range(len(picture.request.inputs)) for cell in picture.box(node)}
    drawn = picture.drawn
    for nets in (picture.flat, picture.upright):
        for net, cells in nets.items():
            for x, y in cells:
                assert 0 <= x < drawn.columns, "a line leaves the drawing"
                assert 0 <= y < drawn.rows, "a line leaves the drawing"
                node = owner.get((x, y))
                if node == net:
                    assert (x, y) == (drawn.exits[net], drawn.y[net] + picture.request.heights[net] - 1)
                elif node is not None:
                    assert y == drawn.y[node], f"the line of {net} runs through {node}"
                    ports = zip(picture.request.inputs[node], drawn.arrivals[node], strict=True)
                    assert (net, x) in ports, f"the line of {net} enters {node}"


def every_reader_is_reached(picture: Picture) -> None:
    """Assert that the line of a box leads from its exit to each arrival, cell by cell, and has no loose ends."""
    drawn, request = picture.drawn, picture.request
    ends: dict[int, set[Cell]] = defaultdict(set)
    for node, sources in enumerate(request.inputs):
        assert len(set(drawn.arrivals[node])) == len(sources), "two inputs enter in one column"
        for source, column in zip(sources, drawn.arrivals[node], strict=True):
            ends[source].add((column, int(drawn.y[node])))
    for node, arrivals in ends.items():
        start = (int(drawn.exits[node]), int(drawn.y[node]) + request.heights[node] - 1)
        cells = picture.flat[node] | picture.upright[node]
        reached = picture.reached(node, start)
        assert arrivals <= reached
        assert cells <= reached, "a piece of a line hangs in the air"
        loose = {cell for cell in cells if len(picture.joined[node][cell]) < 2}
        assert loose <= arrivals | {start}
    assert set(picture.flat) | set(picture.upright) == set(ends)


def lines_only_cross(picture: Picture) -> None:
    """Assert that a cell of two nets is passed straight by both: by one from top to bottom, by the other from side to side.

    A box of one row covers the cells in which lines enter and leave it, so there they may meet.
    """
    heights = picture.request.heights
    covered = {cell for node in range(len(heights)) if heights[node] == 1 for cell in picture.box(node)}
    for cells, near, far in ((picture.flat, LEFT, RIGHT), (picture.upright, UP, DOWN)):
        seen: dict[Cell, int] = {}
        for net, places in cells.items():
            for cell in places - covered:
                assert seen.setdefault(cell, net) == net, f"lines {net} and {seen[cell]} lie on one another"
        owner = {cell: net for net, places in cells.items() for cell in places}
        crossing = picture.upright if cells is picture.flat else picture.flat
        for net, places in crossing.items():
            for x, y in places - covered:
                other = owner.get((x, y), net)
                if other != net:
                    joined = picture.joined[other][x, y]
                    assert joined == {(x + near[0], y + near[1]), (x + far[0], y + far[1])}, "a line bends on another line"
