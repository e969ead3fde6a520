"""The numbers level of the graph: the tables of one op, and a cursor that moves from number to number."""

from __future__ import annotations

from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from gradlab.draw.scalars import NumberSheet, OpNumbers, OpTable
from gradlab.tui.panels._graph_canvas import GraphCanvas
from gradlab.tui.panels._numbers import NumbersPicture, op_of
from gradlab.tui.widgets.internals import set_content_size

STEPS = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}


class GraphNumbers(GraphCanvas):
    """The graph at one zoom level, the nearest of which shows the numbers of one op.

    op: the one whose numbers are shown, or -1.   element: the flat number of the chosen one in the node that is looked at.
    """

    class NumberFocused(Message):
        """A person looks at another number."""

        def __init__(self, index: int, element: int) -> None:
            self.index, self.element = index, element
            super().__init__()

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.op, self.element = -1, 0
        self.numbers: OpNumbers | None = None
        self.sheet = NumberSheet()

    @property
    def level(self) -> str:
        """The zoom level."""
        return "numbers" if self.shows_numbers else self.view.level

    @property
    def shows_numbers(self) -> bool:
        """Whether the numbers of an op are shown, and no boxes."""
        return self.zooming.now.level == "numbers"

    def lay_out(self) -> None:
        """Draw what `zooming` says."""
        if self.shows_numbers:
            self._show_sheet()
            self.post_message(self.Seen())
            return
        if self.sheet.rows:
            self.sheet, self.numbers = NumberSheet(), None
            self._show(self.scene, self._walk)
        super().lay_out()

    def give_numbers(self, picture: NumbersPicture) -> None:
        """Show the numbers of an op."""
        self.numbers, self.op, self.sheet = picture.found, picture.found.op, picture.sheet
        if self.shows_numbers:
            self._show_sheet()

    def _show_sheet(self) -> None:
        """Draw the numbers that have come; dots stand there until then."""
        self.op = op_of(self.infos, self.op, self.focused_node)
        width = max((sum(len(text) for text, _ in line) for line in self.sheet.rows), default=0)
        set_content_size(self, Size(width, len(self.sheet.rows)))
        self.refresh()
        self._keep_number_in_sight()

    def _keep_number_in_sight(self) -> None:
        chosen = (self.focused_node, self.element)
        place = next((one for one in self.sheet.regions if (one.node, one.element) == chosen), None)
        if place is not None and self.size.area:
            region = Region(place.x - 1, place.y - 1, place.width + 2, 3)
            self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def step(self, direction: str) -> bool:
        """Move the cursor to the next number; at the border of a table to the next table. Return whether there is one."""
        found = self.numbers
        table = found.of(self.focused_node) if found is not None else None
        if found is None or table is None:
            return False
        r, c = divmod(self.element, table.across)
        down, right = STEPS[direction]
        rows = -(-_size(table) // table.across)
        if 0 <= r + down < rows and 0 <= c + right < table.across:
            self.look_at(table.node, (r + down) * table.across + c + right)
            return True
        place = found.tables.index(table) + (1 if direction in ("right", "down") else -1)
        if not 0 <= place < len(found.tables):
            return False
        other = found.tables[place]
        self.look_at(other.node, other.element((0, 0)) if other.rows * other.columns else 0)
        return True

    def look_at(self, node: int, element: int) -> None:
        """Look at a number, everywhere."""
        self.focused_node, self.element = node, element
        self.post_message(self.NumberFocused(node, element))

    def render_line(self, y: int) -> Strip:
        """Return one line of the widget."""
        if self.busy or not self.shows_numbers:
            return super().render_line(y)
        base = self._kept_base = self._kept_base or self.rich_style
        left, top = self.scroll_offset
        rows = self.sheet.rows or ((("…", "dim"),),)
        line = rows[top + y] if top + y < len(rows) else ()
        return self.strip(line, base).crop_extend(left, left + self.size.width, base)


def _size(table: OpTable) -> int:
    size = 1
    for one in table.shape:
        size *= one
    return size
