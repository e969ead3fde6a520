"""One of the two parts of the screen of a sweep, which is drawn anew when its size changes, or who has the keys."""

from __future__ import annotations

from abc import abstractmethod

from gradlab.tui.widgets.rows import RowsView


class SweepView(RowsView):
    """Rows for the size that there is, below a rule that says whether the part has the keys."""

    @abstractmethod
    def draw(self) -> None:
        """Draw all rows."""

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.draw()

    def on_focus(self) -> None:
        """Draw the rule as that of who has the keys."""
        self.draw()

    def on_blur(self) -> None:
        """Draw the rule as that of one of several."""
        self.draw()
