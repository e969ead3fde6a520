"""The rows over the foot of the screen, where overlays are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.geometry import Offset, Size

from gradlab.draw.ink import Row
from gradlab.tui.overlays._overlay import Overlay
from gradlab.tui.widgets.rows import RowWidget


class OverlayRows(RowWidget):
    """Draws the overlay that is open, over as many rows as it needs."""

    overlay: Overlay | None = None
    tall = 0
    """Rows that it covers."""

    def show(self, overlay: Overlay | None, screen: Size) -> None:
        """Draw an overlay, or none."""
        self.overlay = overlay
        rows = () if overlay is None or not overlay.shown else overlay.rows(screen.width, screen.height)
        self.display, self.tall = bool(rows), len(rows)
        if rows:
            self.styles.height = len(rows)
            self.redraw()

    def typed_cell(self) -> Offset | None:
        """Return the cell of the screen in which somebody types; None where nothing is typed."""
        cursor: Callable[[int], int] | None = getattr(self.overlay, "cursor", None)
        if cursor is None or not self.display:
            return None
        return Offset(self.region.x + cursor(self.size.width), self.region.bottom - 1)

    def on_click(self, event: events.Click) -> None:
        """Do what a click on the overlay means; it means nothing to what lies below."""
        event.stop()
        if self.overlay is not None:
            overlay = self.overlay
            overlay.pressed(event.x, event.y)
            if self.overlay is overlay:
                self.show(overlay, self.screen.size)

    def rows_for(self, width: int) -> Sequence[Row]:
        """Return the rows of the overlay."""
        return () if self.overlay is None else self.overlay.rows(width, self.screen.size.height)
