"""The loss over the updates, beside the plot that is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradlab.draw.ink import Row, row
from gradlab.draw.losses import own_rows
from gradlab.tui.moment import Moment
from gradlab.tui.panels._panel import Panel, PanelKind
from gradlab.tui.panels.plots import PlotsPicture

READING = """\
The loss of each update, oldest on the left; up is worse. The axis is logarithmic, so that a straight line down is a loss that
shrinks by the same factor again and again. `:curve EXPR` records another number in each update; with several curves each has a
letter, which stands at its end.

It stands beside the panel of plots while a plot is open there; where none is, that panel shows the loss itself."""


class CurvePanel(Panel):
    """The curves of the losses that the snapshot has."""

    least = (24, 8)

    def __init__(self) -> None:
        super().__init__("curve")
        self._drawn: tuple[Any, Sequence[Row]] = (None, ())

    def has_content(self, moment: Moment) -> bool:
        """Return whether there is a curve, and a plot is open where it would be else."""
        found = moment.pictures.get("plots")
        return len(moment.snapshot.losses) > 1 and isinstance(found, PlotsPicture) and found.number > 0

    def rule(self) -> tuple[str, str]:
        """Return what is drawn, and how many updates."""
        made = len(self.moment.snapshot.losses)
        return (
            "losses" if self.moment.snapshot.objectives > 1 else "loss",
            f"{made:,} update{'s' * (made != 1)}" if made else "",
        )

    def draw(self, width: int) -> Sequence[Row]:
        """Return the curves."""
        seen, height = self.moment.snapshot, self.scrollable_content_region.height
        if not seen.losses:
            return [row((f"no update yet: `{self.key('train')}` trains, `{self.key('update')}` makes one", "dim"))]
        key = (seen.losses, seen.curves, width, height)
        if key != self._drawn[0]:
            self._drawn = (key, own_rows(seen, width, max(5, height - 1), True))
        return self._drawn[1]


PANEL = PanelKind("curve", 11, "curve", READING, CurvePanel, letter="u")
