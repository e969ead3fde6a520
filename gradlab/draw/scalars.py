"""The numbers level of the graph: one op, its operands as tables, and what the chosen number touches.

A heavy frame: the chosen number moves it, or it moves the chosen one; a dotted frame: it depends on it, by 0 here. Below stand
the gradients that come back, with the same frames.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gradlab.draw.canvas_box import sizes_text
from gradlab.draw.grid import DOTTED, HEAVY, Cell, Grid, Inked, joint
from gradlab.draw.ink import Row, row, wrap
from gradlab.draw.number import PENDING, fixed, number
from gradlab.lab.hidden import HIDDEN
from gradlab.lab.numbers import bare, element_name, signed
from gradlab.op import Shape

WIDE = 9
ROWS, COLUMNS = 24, 12
"""Of a larger table a window of so many is shown."""
SPACED_UP_TO = 6
"""Tables of so many rows have lines between them."""
ASIDE, MARGIN = 7, 4
SLOPES = 4

Matrix = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Secret = frozenset[Cell] | str


@dataclass(frozen=True, slots=True)
class OpTable:
    """The window of one node. value, grad: None while they are pending.   secret: what is not to be seen, or "all"."""

    node: int
    name: str
    shape: Shape
    row0: int
    col0: int
    rows: int
    columns: int
    value: Matrix | None = None
    grad: Matrix | None = None
    secret: Mapping[str, Secret] = field(default_factory=dict)

    @property
    def across(self) -> int:
        """The numbers in a whole row."""
        return max(1, self.shape[-1]) if self.shape else 1

    def cell(self, element: int) -> Cell:
        """Return where a flat element stands in the window; it may lie outside."""
        r, c = divmod(element, self.across)
        return r - self.row0, c - self.col0

    def holds(self, cell: Cell) -> bool:
        """Whether a place lies in the window."""
        return 0 <= cell[0] < self.rows and 0 <= cell[1] < self.columns

    def element(self, cell: Cell) -> int:
        """Return the flat element of a place."""
        return (self.row0 + cell[0]) * self.across + self.col0 + cell[1]


@dataclass(frozen=True, slots=True)
class FramedNumbers:
    """What the chosen number touches in a table. cells: in sight, and how heavy their frames are.

    moved, zero: how many numbers move, and how many by 0.   slopes: by how much, if there are few.
    """

    cells: Mapping[Cell, float]
    moved: int
    zero: int
    slopes: tuple[float, ...] = ()


def framed(one: OpTable, places: Ints, derivatives: Matrix) -> FramedNumbers:
    """Return the frames of a table for flat places and derivatives."""
    zero = derivatives == 0
    rows, columns = places // one.across - one.row0, places % one.across - one.col0
    seen = (rows >= 0) & (rows < one.rows) & (columns >= 0) & (columns < one.columns)
    cells = zip(rows[seen].tolist(), columns[seen].tolist(), strict=True)
    weights = (DOTTED if none else HEAVY for none in zero[seen].tolist())
    slopes = np.unique(derivatives[~zero])
    few = tuple(slopes.tolist()) if len(slopes) < SLOPES and np.isfinite(slopes).all() else ()
    return FramedNumbers(dict(zip(cells, weights, strict=True)), int((~zero).sum()), int(zero.sum()), few)


@dataclass(frozen=True, slots=True)
class SentThrough:
    """One part of a gradient that came through the op."""

    name: str
    upstream: float
    local: float
    part: float


@dataclass(frozen=True, slots=True)
class OpNumbers:
    """One op with its numbers.

    op: its node.   title: its formula.   operands: each once.   result: of the op.   chosen: node and flat element.
    touched: for each node what the chosen number touches in its table.
    note: what is not known.   terms: of the gradient of the chosen number of an operand; more: how many have no row.
    """

    op: int
    title: str
    operands: tuple[OpTable, ...]
    result: OpTable
    chosen: tuple[int, int]
    touched: Mapping[int, FramedNumbers] = field(default_factory=dict)
    note: str = ""
    terms: tuple[SentThrough, ...] = ()
    more: int = 0
    total: float | None = None

    @property
    def tables(self) -> tuple[OpTable, ...]:
        """All tables."""
        return (*self.operands, self.result)

    def of(self, node: int) -> OpTable | None:
        """Return the table of a node."""
        return next((one for one in self.tables if one.node == node), None)


@dataclass(frozen=True, slots=True)
class Region:
    """Where a number stands on the sheet."""

    x: int
    y: int
    width: int
    node: int
    element: int
    quantity: str


@dataclass(slots=True)
class NumberSheet:
    """Rows, and where numbers stand in them."""

    rows: tuple[Row, ...] = ()
    regions: list[Region] = field(default_factory=list)

    def at(self, x: int, y: int) -> Region | None:
        """Return the number under a cell."""
        return next((one for one in self.regions if one.y == y and one.x <= x < one.x + one.width), None)


def columns_for(width: int, operands: int) -> int:
    """Return how many numbers a table may have in a row where all are to stand beside one another."""
    for across in (min(3, operands + 1), 2):
        room = (width - ASIDE - 2 * (across - 2)) // across - MARGIN - 1
        if room // (WIDE + 1) >= 2 or across == 2:
            break
    return max(1, min(COLUMNS, room // (WIDE + 1)))


def sheet_of(found: OpNumbers, width: int) -> NumberSheet:
    """Return the sheet of an op."""
    return _Drawing(found, width).sheet()


class _Drawing:
    def __init__(self, found: OpNumbers, width: int) -> None:
        self.found, self.width = found, width
        self.paper, self.result = Inked(), NumberSheet()
        self.spaced = max(one.rows for one in found.tables) <= SPACED_UP_TO

    def sheet(self) -> NumberSheet:
        """Draw all of it."""
        paper, found = self.paper, self.found
        bottom = self._tables("value", 0)
        for line in self._said():
            bottom += 1
            self._row(2, bottom, line)
        if any(one.grad is not None for one in found.tables):
            paper.put(2, bottom + 2, "δ, what comes back", "strong")
            bottom = self._tables("grad", bottom + 3)
            for line in self._sum():
                bottom += 1
                self._row(2, bottom, line)
        self.result.rows = tuple(paper.rows())
        return self.result

    def _row(self, x: int, y: int, line: Row) -> None:
        for text, role in line:
            self.paper.put(x, y, text, role)
            x += len(text)

    def _tables(self, what: str, top: int) -> int:
        """Draw the tables of values or of gradients; return the row below them."""
        columns = self._columns()
        x, bottom, last = 0, top, len(columns) - 1
        places: dict[int, tuple[int, int]] = {}
        for number_of, column in enumerate(columns):
            y = top
            x += ASIDE - 2 if number_of == last and len(columns) > 1 else 0
            for one in column:
                places[one.node] = (x, y)
                y = self._table(one, what, x, y)
            x += 2 + max(self._wide(one) for one in column)
            bottom = max(bottom, y)
        if len(columns) > 1:
            self._arrows(what, places)
        return bottom

    def _columns(self) -> list[list[OpTable]]:
        """Return the tables in columns: the first operand, the others, the result; or all below one another."""
        found = self.found
        wanted = [[*found.operands[:1]], [*found.operands[1:]], [found.result]]
        for columns in (wanted, [[*found.operands], [found.result]]):
            kept = [column for column in columns if column]
            if sum(max(self._wide(one) for one in column) + 2 for column in kept) + ASIDE - 2 <= self.width:
                return kept
        return [[*found.tables]]

    def _wide(self, one: OpTable) -> int:
        return max(MARGIN + one.columns * (WIDE + 1) + 1, len(one.name) + 2 + MARGIN, len(self._size(one)) + MARGIN)

    def _frames(self, one: OpTable) -> dict[Cell, float]:
        """Return how the numbers of a table are framed."""
        touched = self.found.touched.get(one.node)
        frames = dict(touched.cells) if touched is not None else {}
        if one.node == self.found.chosen[0] and one.holds(cell := one.cell(self.found.chosen[1])):
            frames[cell] = HEAVY
        return frames

    def _grid(self, one: OpTable, what: str) -> Grid:
        array = one.value if what == "value" else one.grad
        secret = one.secret.get(what, frozenset())
        texts = [[_text(array, secret, one, (r, c)) for c in range(one.columns)] for r in range(one.rows)]
        frames = self._frames(one)
        roles = {cell: "strong" if weight == HEAVY else "dim" for cell, weight in frames.items()}
        if one.node == self.found.chosen[0]:
            roles[one.cell(self.found.chosen[1])] = "cursor"
        return Grid(texts, WIDE, frames, roles, self.spaced)

    def _table(self, one: OpTable, what: str, x: int, y: int) -> int:
        """Draw one table; return the row below it."""
        paper, grid = self.paper, self._grid(one, what)
        name = one.name if what == "value" else f"δ {one.name}"
        paper.put(x + MARGIN, y, name, "strong")
        if one.shape:
            y += 1
            paper.put(x + MARGIN, y, self._size(one), "dim")
        array = one.value if what == "value" else one.grad
        if array is None:
            paper.put(x + MARGIN, y + 1, f"{PENDING}  pending", "dim")
            return y + 3
        for c in range(one.columns if what == "value" and one.shape else 0):
            paper.put(x + MARGIN + c * (WIDE + 1), y + 1, f"{one.col0 + c:>{WIDE}}", "dim")
        top = y + 1 + (what == "value" and bool(one.shape))
        grid.draw(paper, x + MARGIN, top)
        for r in range(one.rows if len(one.shape) > 1 else 0):
            paper.put(x, top + grid.row_of(r), f"{one.row0 + r:>{MARGIN - 1}}", "dim")
        self._mark(one, what, x + MARGIN, top, grid)
        return top + grid.height + 1

    def _mark(self, one: OpTable, what: str, x: int, y: int, grid: Grid) -> None:
        """Keep where the numbers stand."""
        for r in range(one.rows):
            for c in range(one.columns):
                left = x + 1 + c * (WIDE + 1)
                self.result.regions.append(Region(left, y + grid.row_of(r), WIDE, one.node, one.element((r, c)), what))

    def _size(self, one: OpTable) -> str:
        down = int(np.prod(one.shape[:-1]))
        if (one.rows, one.columns) == (down, one.across) or not one.shape:
            return sizes_text(one.shape)
        return f"{one.row0}…{one.row0 + one.rows - 1}, {one.col0}…{one.col0 + one.columns - 1} of {sizes_text(one.shape)}"

    def _arrows(self, what: str, places: Mapping[int, tuple[int, int]]) -> None:
        """Draw arrows from the chosen number of an operand to the rows that it touches, or back from these."""
        found, result = self.found, self.found.result
        node, element = found.chosen
        source = found.of(node)
        if node == result.node or source is None or not source.holds(source.cell(element)):
            return
        shown = self._frames(result)
        rows = {r: max(weight for (s, _), weight in shown.items() if s == r) for r, _ in shown}
        regions = {(one.node, one.element): one for one in self.result.regions if one.quantity == what}
        start = regions.get((node, element))
        if not rows or start is None or (what == "grad" and result.grad is None):
            return
        left = places[result.node][0] - ASIDE + 3
        targets = {regions[result.node, result.element((r, 0))].y: weight for r, weight in rows.items()}
        edge = places[node][0] + MARGIN + self._grid(source, what).width
        self._trunk((edge, start.y), left, targets, back=what == "grad")

    def _trunk(self, start: tuple[int, int], x: int, targets: Mapping[int, float], *, back: bool) -> None:
        """Draw a line from a cell to a trunk at a column, with an arrow to each of the rows."""
        paper = self.paper
        low, high = min(start[1], *targets), max(start[1], *targets)
        for y in range(low, high + 1):
            up, down = y > low, y < high
            right = y in targets
            left = y == start[1]
            paper.put(x, y, joint(up, right, down, left), "dim")
            if right:
                line = "─" if targets[y] == HEAVY else "┄"
                role = "here" if targets[y] == HEAVY else "dim"
                paper.put(x + 1, y, f"◂{line}" if back else f"{line}▸", role)
        between = [column for column in range(start[0], x) if self._taken(column, start[1])]
        for column in range(start[0], x):
            if not between or not between[0] - 1 <= column <= between[-1] + 1:  # behind the tables that stand there
                paper.put(column, start[1], "◂" if back and column == start[0] else "─", "dim")

    def _taken(self, x: int, y: int) -> bool:
        line = self.paper.lines[y] if y < len(self.paper.lines) else []
        return x < len(line) and line[x][0].strip() != ""

    def _said(self) -> list[Row]:
        """Return the sentences on what the chosen number touches."""
        found = self.found
        node, element = found.chosen
        chosen = found.of(node)
        if chosen is None:
            return []
        lines = [row((text, "warn")) for text in filter(None, found.note.split("; "))]
        name = element_name(chosen.name, chosen.shape, element)
        for other, touched in found.touched.items():
            table = found.of(other)
            if table is not None:
                lines.append(row((_sentence(name, table.name, touched, backward=node == found.result.node), "")))
        return [part for line in lines for part in wrap(line, max(20, self.width - 4), 2)]

    def _sum(self) -> list[Row]:
        """Return the gradient of the chosen number as a sum of what came through the op."""
        found = self.found
        chosen = found.of(found.chosen[0])
        if chosen is None or not found.terms:
            return []
        name = element_name(chosen.name, chosen.shape, found.chosen[1])
        words = " + ".join(f"{bare(one.local)}·({signed(one.upstream)})" for one in found.terms)
        more = f" + {found.more:,} more" if found.more else ""
        total = "" if found.total is None else f" = {signed(found.total)}"
        line = row((f"δ {name} by {found.result.name} = ", "dim"), (f"{words}{more}", ""), (total, "delta"))
        return wrap(line, max(20, self.width - 4), 4)


def _text(array: Matrix | None, secret: Secret, one: OpTable, cell: Cell) -> str:
    if array is None:
        return PENDING
    if secret == "all" or (one.row0 + cell[0], one.col0 + cell[1]) in secret:
        return HIDDEN
    return fixed(float(array[cell]), WIDE - 1).strip()


def _sentence(name: str, other: str, touched: FramedNumbers, *, backward: bool) -> str:
    """Return what a number touches in one table, or what touches it."""
    moved, zero = touched.moved, touched.zero
    many = f"{moved:,} number{'s' * (moved != 1)} of {other}"
    if backward:
        return f"{many} in sight move{'s' * (moved == 1)} {name} (━)" + (f", {zero:,} by 0 (┄)" if zero else "")
    if not moved + zero:
        return f"{name} moves no number of {other}"
    by = f" by {number(touched.slopes[0], 4)}" if len(touched.slopes) == 1 else ""
    return f"{name} moves {many}{by} (━)" + (f", and {zero:,} by 0 (┄)" if zero else "")
