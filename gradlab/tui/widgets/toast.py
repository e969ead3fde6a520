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

    def say(self, rows: Sequence[Row], *, stays: bool = False) -> None:
        """Show some rows for a while, or until `close`."""
        self.close()
        self.rows = tuple(rows)
        size = Size(max(map(width_of, self.rows), default=0), len(self.rows))
        self.styles.width, self.styles.height = size
        self.styles.offset = place_for(size, self.app.size, self.app.cursor_position)
        self.display = True
        self.refresh()
        if not stays:
            self._timer = self.set_timer(SECONDS, self.close)

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


def place_for(size: Size, screen: Size, cursor: Offset) -> Offset:
    """Return the corner for a box: top right, or another one in which it does not cover the cursor."""
    right, bottom = max(0, screen.width - size.width - 1), max(TOP, screen.height - size.height - 2)
    corners = [Offset(right, TOP), Offset(right, bottom), Offset(0, TOP), Offset(0, bottom)]
    return next((one for one in corners if not Region(*one, *size).contains(*cursor)), corners[0])
