"""How far a sweep is, as one line on a terminal that the next one writes over; through a pipe now and then a line."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Self

import click

from gradlab.commands._output import plain, tell
from gradlab.commands._progress import WIPE

if TYPE_CHECKING:
    from gradlab.sweeps.standing import SweepStanding

EVERY, SELDOM = 0.2, 30.0
"""Seconds between two lines on a terminal, and through a pipe."""


class SweepProgress:
    """Called after each bundle of results; it writes to stderr. measure: what the best is told of."""

    def __init__(self, measure: str) -> None:
        self.measure = measure
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._due = monotonic() + (EVERY if self._terminal else SELDOM)
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __call__(self, standing: SweepStanding) -> None:
        """Write the line if it is time."""
        if monotonic() < self._due:
            return
        from gradlab.sweeps.telling import standing_text

        text = standing_text(standing, self.measure)
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            click.echo(f"{WIPE}{plain(text)[:width]}", nl=False, err=True)
            self._shown = True
        else:
            tell(text)
        self._due = monotonic() + (EVERY if self._terminal else SELDOM)

    def __exit__(self, *error: object) -> None:
        if self._shown:
            click.echo(WIPE, nl=False, err=True)


def show_screen(path: Path, theme: str = "", command: Sequence[str] = ()) -> int:
    """Show the file of a sweep on its screen. command: what is to run it meanwhile. Raises GradlabError."""
    from gradlab.sweeps.following import SweepTail
    from gradlab.tui.app import run_app
    from gradlab.tui.screens.sweep import SweepScreen

    SweepTail(path)  # what is no sweep is told before the screen is taken over
    return run_app(theme=theme, home=lambda: SweepScreen(path, command))
