"""The picture of a sweep in its widget, with the chosen setting marked."""

from __future__ import annotations

import numpy as np

from gradlab.draw.ink import Row, row, wrap
from gradlab.draw.plots import Ink, Paper, Place
from gradlab.draw.rule import TitleRule, rule_row
from gradlab.plugins import told
from gradlab.sweeps.pictures import SweepPicture, fitted, sweep_rows
from gradlab.tui.styles import glyphs_of, has_shades
from gradlab.tui.sweep.sight import SweepSight
from gradlab.tui.sweep.view import SweepView

REASONS = 8
"""Reasons that stand in the place of a picture where all points have failed."""


class SweepCanvas(SweepView):
    """The picture of what is seen. place: of the chosen setting in it, or None.   larger: the key that enlarges it."""

    def __init__(self) -> None:
        super().__init__(id="sweep-picture")
        self.sight: SweepSight | None = None
        self.place: Place | None = None
        self.facet = self.larger = ""

    @property
    def ink(self) -> Ink:
        """How numbers become cells here."""
        if glyphs_of(self.app) != "all":
            return "ascii"
        return "colour" if has_shades(self.app) else "mono"

    def show(self, sight: SweepSight, place: Place | None, facet: str) -> None:
        """Draw what is seen. facet: what the picture goes over, "" for all."""
        self.sight, self.place, self.facet = sight, place, facet
        self.draw()

    def draw(self) -> None:
        """Draw the rule, and the picture below it."""
        width, height = self.size
        if self.sight is None or width < 1 or not self.display:
            return
        paper = Paper(max(20, width), max(6, height - 1), self.ink, self.place)
        picture, left_out = fitted(self.sight.picture, paper)
        rows = self._rows(self.sight, picture, paper)[: height - 1]
        self.show_rows([self._rule(self.sight, left_out, width), *rows])

    def _rule(self, sight: SweepSight, left_out: int, width: int) -> Row:
        measures = sight.sweep.question.measures
        parts = [f"{sight.wanted.measure + 1} of {len(measures)} measures"] if len(measures) > 1 else []
        parts += [f"{self.larger} {left_out} note{'s' * (left_out != 1)} more"] if left_out else []
        right = "  ".join(parts)
        subtitle = sight.measure + (f" over {self.facet}" if self.facet else "")
        return rule_row(TitleRule(("▸" * self.has_focus, "picture", "picture"), subtitle, right, keys=self.has_focus), width)

    def _rows(self, sight: SweepSight, picture: SweepPicture, paper: Paper) -> list[Row]:
        if not sight.done:
            return [row((" no result yet", "dim"))]
        if all(result.failed for result in sight.done.values()):
            return _failed(sight, paper.width)
        try:
            with np.errstate(all="ignore"):
                return sweep_rows(picture, paper)
        except Exception as error:  # noqa: BLE001  the list and the keys stay of use where a picture goes wrong
            return [row((f"this picture went wrong: {told(error)}", "warn"))]


def _failed(sight: SweepSight, width: int) -> list[Row]:
    """Return why no point is any good."""
    found = sight.reasons
    rows = [row((f"all {len(sight.done):,} points that are done have failed", "bad"))]
    for reason, count in found[:REASONS]:
        rows += wrap(row((f"{count:>7,}  ", "strong"), reason), width, 9)
    more = len(found) - REASONS
    return rows if more <= 0 else [*rows, row((f"         and {more:,} more reasons", "dim"))]
