"""Pictures of a sweep, one kind a file: what each asks of the results, its rows of glyphs, and its figure."""

from __future__ import annotations

from gradlab.draw.ink import Row, row, wrap
from gradlab.draw.plots import Ink, Paper, drawn
from gradlab.sweeps.pictures import curve, map, parallel
from gradlab.sweeps.pictures._fitting import fitted
from gradlab.sweeps.pictures._picture import SweepPicture
from gradlab.sweeps.question import AskedSweep
from gradlab.sweeps.results import Done

__all__ = ["SweepPicture", "fitted", "picture_of", "sweep_page", "sweep_rows"]


def picture_of(sweep: AskedSweep, done: Done, measure: str = "") -> SweepPicture:
    """Return the picture of a sweep as far as it is: curves over one name, a map of a grid of two, else a table.

    measure: which, by default the first. Raises ArgumentError for one that the sweep has not measured.
    """
    plan = sweep.plan
    if len(plan.axes) == 1:
        return curve.picture(sweep, done, measure)
    if len(plan.axes) == 2 and plan.drawn is None:
        return map.picture(sweep, done, measure)
    return parallel.picture(sweep, done, measure)


def sweep_rows(picture: SweepPicture, paper: Paper) -> list[Row]:
    """Return a picture as rows: its title, itself, the setting under the cursor, and what has to be said of it."""
    return drawn(picture.kind, picture, paper)


def sweep_page(picture: SweepPicture, width: int, ink: Ink = "plain") -> list[Row]:
    """Return a picture in a width, as high as it likes."""
    notes = sum(len(wrap(row(note), width)) for note in picture.notes)
    return sweep_rows(picture, Paper(width, 1 + notes + picture.kind.lines(picture), ink))
