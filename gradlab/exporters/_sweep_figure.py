"""A sweep as a figure for slides and papers: a panel for each measure, of the numbers that the terminal draws."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gradlab.errors import ArgumentError, GradlabError
from gradlab.exporters._matplotlib import FORMATS, saved
from gradlab.sweeps.pictures import SweepPicture, picture_of
from gradlab.sweeps.question import AskedSweep
from gradlab.sweeps.results import Done

WIDE, HIGH = 6.4, 4.4
"""Inches of a panel."""


def format_of(path: Path) -> str:
    """Return the format that the name of a figure tells. Raises ArgumentError for another."""
    found = path.suffix.removeprefix(".").lower()
    if found not in FORMATS:
        raise ArgumentError(f"the name of a figure ends with {', '.join(f'.{name}' for name in FORMATS)}, got `{path.name}`")
    return found


def write_sweep(sweep: AskedSweep, done: Done, out: Path, as_format: str, measure: str = "") -> None:
    """Draw one measure, or all of them below one another. Raises GradlabError for nothing to draw, and without matplotlib."""
    if not done:
        raise GradlabError("error: no point of the sweep is there yet")
    measures = (measure,) if measure else sweep.question.measures
    saved(lambda: _figure([picture_of(sweep, done, text) for text in measures]), out, as_format)


def _figure(pictures: Sequence[SweepPicture]) -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDE, HIGH * len(pictures)), layout="constrained")
    for place, picture in enumerate(pictures, 1):
        axes = figure.add_subplot(len(pictures), 1, place)
        picture.kind.figure(picture, axes)
        axes.set_title("\n".join((picture.title, *picture.notes)), fontsize="x-small", loc="left", wrap=True)
    return figure
