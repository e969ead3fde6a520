"""Rows of text with roles in a widget: the only place where text becomes something that a terminal draws."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from gradlab.draw.ink import Goal, Linked, Row, Run, cells_in, goals_of, safe, text_of, width_of
from gradlab.draw.themes import Theme
from gradlab.tui.styles import FILLED, marked_style, style_of, theme_in
from gradlab.tui.widgets.internals import Banded, set_content_size


def strip_of(line: Row, base: Style, theme: Theme, marked: bool = False) -> Strip:
    """Return a row as a strip. Every segment has a style: Textual fails under NO_COLOR if one has none."""
    if not marked:
        return Strip([Segment(safe(text), base + style_of(role, theme)) for text, role in joined(line)])
    over = marked_style(theme)
    if over.reverse:
        return Strip([Segment(safe(text_of(line)), base + over)])
    return Strip([Segment(safe(text), base + style_of(role, theme) + over) for text, role in joined(line)])


def fills(role: str) -> bool:
    """Return whether a role can be seen on a space, too: cells of a map are filled."""
    return role in FILLED or role.startswith("map ")


def joined(line: Row) -> list[Run]:
    """Return a row with as few runs as look the same: a space looks alike in every role but those that fill their cell.

    Every segment costs some forty bytes of escapes on the way to the terminal, and its share of the time.
    """
    runs: list[Run] = []
    for text, said in line:
        role = said.bare if isinstance(said, Linked) else said
        if runs and (role == runs[-1][1] or (not fills(role) and text.isspace() and not fills(runs[-1][1]))):
            runs[-1] = (runs[-1][0] + text, runs[-1][1])
        elif text:
            runs.append((text, role))
    return runs


class SteadyStyle(Banded):
    """Keeps the base style between two changes of the stylesheet: to work it out takes longer than to draw a line with it."""

    _kept_base: Style | None = None

    @property
    def base_style(self) -> Style:
        """The style that a line begins with."""
        if self._kept_base is None:
            self._kept_base = self.rich_style
        return self._kept_base

    def notify_style_update(self) -> None:
        """Work the style out anew."""
        self._kept_base = None
        super().notify_style_update()


class RowsView(ScrollView, SteadyStyle, can_focus=True):
    """A list of rows that can be scrolled; one of them may be marked."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.rows: tuple[Row, ...] = ()
        self._shown: tuple[tuple[Row, ...], int, Size] | None = None
        self.marked = -1

    def show_rows(self, rows: Sequence[Row], marked: int = -1) -> None:
        """Draw these rows; `marked` is the number of the row in reverse video, which is kept in sight."""
        shown = (tuple(rows), marked, self.scrollable_content_region.size)
        if shown == self._shown:
            self.rows = shown[0]  # the same text may lead elsewhere
            return
        self._shown = shown
        before, self.rows = self.rows, shown[0]
        mark_before, self.marked = self.marked, marked
        self._fit_rows()
        self._refresh_changed(before, mark_before)
        if marked not in (-1, mark_before):
            self.keep_in_sight(marked)

    def goals(self) -> list[tuple[Region, Goal]]:
        """Return what in sight leads somewhere, with its place in the widget."""
        left, top = self.scroll_offset
        sight = Region(0, 0, self.scrollable_content_region.width, self.scrollable_content_region.height)
        found = []
        for y, line in enumerate(self.rows[top : top + sight.height]):
            for start, width, goal in goals_of(line):
                if place := Region(start - left, y, width, 1).intersection(sight):
                    found.append((place, goal))
        return found

    def goal_at(self, x: int, y: int) -> Goal | None:
        """Return where the cell leads, counted from the corner of the content."""
        return next((goal for place, goal in self.goals() if place.contains(x, y)), None)

    def chosen_cell(self) -> Offset:
        """Return the cell that a screen reader is to read: of what is chosen, else of where one stands, else the first."""
        (left, top), height = self.scroll_offset, self.scrollable_content_region.height
        if 0 <= self.marked - top < height:
            return Offset(0, self.marked - top)
        sight = self.rows[top : top + height]
        places = (
            Offset(at - left, y) for role in ("cursor", "here") for y, line in enumerate(sight) for at in cells_in(line, role)
        )
        return next((place for place in places if 0 <= place.x < self.size.width), Offset(0, 0))

    def _fit_rows(self) -> None:
        """Say how large the content is, at least as the widget."""
        view = self.scrollable_content_region.size
        size = Size(max(view.width, *map(width_of, self.rows), 0), max(view.height, len(self.rows)))
        if size != self.virtual_size:
            set_content_size(self, size)

    def _refresh_changed(self, before: tuple[Row, ...], mark_before: int) -> None:
        """Draw only the rows that changed: every row that is drawn is sent to the terminal, whether it is another or not."""
        top, narrow, whole = self.scroll_offset.y, self.scrollable_content_region.width, self.size.width
        for y in range(self.size.height):
            number = top + y
            marked = number in (self.marked, mark_before) and self.marked != mark_before
            if marked or before[number : number + 1] != self.rows[number : number + 1]:
                self.refresh(Region(0, y, whole if marked else narrow, 1))

    def keep_in_sight(self, number: int) -> None:
        """Scroll so that a row can be seen."""
        self.scroll_to_region(Region(0, number, 1, 1), animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        """Return one line of the widget."""
        left, top = self.scroll_offset
        base = self.base_style
        width = self.size.width
        number = top + y
        if number >= len(self.rows):
            return Strip.blank(width, base)
        theme, marked = theme_in(self.app), number == self.marked
        strip = strip_of(self.rows[number], base, theme, marked)
        return strip.crop_extend(left, left + width, base + marked_style(theme) if marked else base)


class RowWidget(SteadyStyle):
    """A few rows that are made anew for the width they get: header, footer, status."""

    drawn: tuple[Row, ...] | None = None

    def redraw(self) -> None:
        """Draw again, if the rows are others than those that were drawn."""
        if self.drawn is None or tuple(self.rows_for(self.size.width)) != self.drawn:
            self.refresh()

    def rows_for(self, width: int) -> Sequence[Row]:
        """Return the rows to draw at a width."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Return one line of the widget."""
        rows = self.drawn = tuple(self.rows_for(self.size.width))
        base = self.base_style
        strip = strip_of(rows[y], base, theme_in(self.app)) if y < len(rows) else Strip([])
        return strip.crop_extend(0, self.size.width, base)
