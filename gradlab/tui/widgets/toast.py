"""What happened while nobody pressed a key: a few rows in a corner, which take no keys and go by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Offset, Region, Size
from textual.timer import Timer

from gradlab.draw.ink import Row, width_of
from gradlab.tui.widgets.rows import RowWidget

SECONDS = 6.0
"""How long a toast stands."""
TOP = 2
"""Rows above it: the header, and the titles of the panels."""


class Toast(RowWidget, can_focus=False):
    """A box over the panels, in a corner where the cursor is not."""

    DEFAULT_CSS = "Toast { layer: over; position: absolute; width: auto; height: auto; display: none; }"

    rows: tuple[Row, ...] = ()
    _timer: Timer | None = None

    def say(self, rows: Sequence[Row], clear: Sequence[Region] = (), *, stays: bool = False) -> None:
        """Show some rows for a while, or until `close`. clear: see `stand_clear`."""
        self.close()
        self.rows = tuple(rows)
        self.styles.width, self.styles.height = self._needed
        self.display = True
        self.stand_clear(clear)
        self.refresh()
        if not stays:
            self._timer = self.set_timer(SECONDS, self.close)

    @property
    def _needed(self) -> Size:
        return Size(max(map(width_of, self.rows), default=0), len(self.rows))

    def stand_clear(self, clear: Sequence[Region]) -> None:
        """Stand where the cursor and these parts of the screen are not covered, the first of them before the others."""
        if self.display:
            self.styles.offset = place_for(self._needed, self.app.size, self.app.cursor_position, clear)

    def close(self) -> bool:
        """Take the rows away, and return whether there were any."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        shown = self.display
        self.display = False
        return shown

    def rows_for(self, width: int) -> Sequence[Row]:
        """Return the rows."""
        return self.rows


def place_for(size: Size, screen: Size, cursor: Offset, clear: Sequence[Region] = ()) -> Offset:
    """Return the place for a box: top right, or where it covers neither the cursor nor what is to stay clear.

    clear: parts of the screen, those that matter most first. Where the box must cover something, it covers the least of them.
    """
    right, bottom = max(0, screen.width - size.width - 1), max(TOP, screen.height - size.height - 2)
    rows = [TOP, bottom, *range(TOP + 1, bottom)]
    places = [Offset(x, y) for some in (rows[:2], rows[2:]) for x in (right, 0) for y in some]

    def covered(place: Offset) -> tuple[int, ...]:
        box = Region(*place, *size)
        return box.contains(*cursor), *(box.intersection(part).area for part in clear)

    return min(places, key=covered)
