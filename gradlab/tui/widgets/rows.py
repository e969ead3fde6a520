"""Rows of text with roles in a widget: the only place where text becomes something that a terminal draws."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from gradlab.tui.renderables.ink import Row, safe, width_of
from gradlab.tui.styles import style_of


def strip_of(line: Row, base: Style, marked: bool = False) -> Strip:
    """Give a row as a strip. Every segment has a style: Textual fails under NO_COLOR if one has none."""
    over = Style(reverse=True, bold=True) if marked else Style()
    return Strip([Segment(safe(text), base + style_of(role) + over) for text, role in line if text])


class RowsView(ScrollView, can_focus=True):
    """A list of rows that can be scrolled; one of them may be marked."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(name=name, id=id, classes=classes)
        self.rows: tuple[Row, ...] = ()
        self.marked = -1

    def show_rows(self, rows: Sequence[Row], marked: int = -1) -> None:
        """Draw these rows; `marked` is the number of the row in reverse video, which is kept in sight."""
        before, self.rows, moved = self.rows, tuple(rows), marked != self.marked
        self.marked = marked
        size = Size(max((width_of(line) for line in self.rows), default=0), len(self.rows))
        if size != self.virtual_size:
            self.virtual_size = size
        if moved or before != self.rows:
            self.refresh()
        if moved and marked >= 0:
            self.keep_in_sight(marked)

    def keep_in_sight(self, number: int) -> None:
        """Scroll so that a row can be seen."""
        self.scroll_to_region(Region(0, number, 1, 1), animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        """Give one line of the widget."""
        left, top = self.scroll_offset
        base = self.rich_style
        width = self.size.width
        number = top + y
        if number >= len(self.rows):
            return Strip.blank(width, base)
        strip = strip_of(self.rows[number], base, number == self.marked)
        return strip.crop_extend(left, left + width, base)


class RowWidget(Widget):
    """A few rows that are made anew for the width they get: header, footer, status."""

    def rows_for(self, width: int) -> Sequence[Row]:
        """Give the rows to draw at a width."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Give one line of the widget."""
        rows = self.rows_for(self.size.width)
        base = self.rich_style
        strip = strip_of(rows[y], base) if y < len(rows) else Strip([])
        return strip.crop_extend(0, self.size.width, base)
