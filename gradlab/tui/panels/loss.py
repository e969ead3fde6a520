"""Panel 6: the loss over the updates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from gradlab.tui.panels._panel import Panel, PanelKind
from gradlab.tui.renderables.curve import plot
from gradlab.tui.renderables.ink import Row, row, spread
from gradlab.tui.renderables.number import number

READING = """\
The loss of each update, oldest on the left; up is worse. The axis on the left is logarithmic, so that a straight line down is
a loss that shrinks by the same factor again and again. `l` makes it linear.

A curve that climbs says that the steps are too large; a curve that lies flat from the start, that no gradient arrives: look at
the health panel. NaN and inf leave a gap. A loss of 0 or below has no logarithm and leaves a gap, too."""


class LossPanel(Panel):
    """A braille curve of the losses that the snapshot has."""

    BINDINGS: ClassVar = [("l", "axis", "log or linear axis")]

    def __init__(self) -> None:
        super().__init__("loss")
        self.log_axis = True

    def action_axis(self) -> None:
        """Change between a logarithmic and a linear axis."""
        self.log_axis = not self.log_axis
        self.redraw()

    def draw(self, width: int) -> Sequence[Row]:
        """Give the curve and the last number."""
        losses = self.moment.snapshot.losses
        if not losses:
            return [row(("no update yet: `t` trains, `u` makes one", "dim"))]
        update, loss = losses[-1]
        axis = "log axis" if self.log_axis else "linear axis"
        head = spread(row(("loss ", "dim"), (number(loss), "value")), row((f"update {update:,} · {axis}", "dim")), width)
        height = max(5, self.scrollable_content_region.height - 1)
        return [head, *plot([u for u, _ in losses], [v for _, v in losses], width, height, self.log_axis)]


PANEL = PanelKind("loss", 6, "loss", READING, LossPanel, place="left", on_demand=True)
