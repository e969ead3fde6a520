"""A panel that shows where the cursor stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from gradlab.draw.ink import Row, row
from gradlab.tui.panels import Panel, PanelKind


class PositionPanel(Panel):
    """The position, and how often a key was pressed."""

    BINDINGS: ClassVar = [("I", "count", "count")]

    def __init__(self) -> None:
        super().__init__("position")
        self.count = 0

    def action_count(self) -> None:
        """Count."""
        self.count += 1
        self.redraw()

    def draw(self, width: int) -> Sequence[Row]:
        """Return one row."""
        return [row((f"the cursor stands at {self.moment.snapshot.position}, counted {self.count}", ""))]


PANEL = PanelKind("position", 1, "where", "The position.", PositionPanel, letter="y")
