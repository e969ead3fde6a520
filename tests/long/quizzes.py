"""Every quiz of every lesson, while it is open: its answer stands in no panel at 200x60. `python -m tests.long quizzes`

A process a core; three and a half minutes of CPU.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

import click
import pytest

from gradlab.scenario import shelf
from tests.tui.quiz_sweep import Leak, leaks_of


@click.command("quizzes", help=__doc__)
@click.argument("names", nargs=-1)
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Processes.")
def COMMAND(names: Sequence[str], jobs: int) -> None:
    """Print where an answer stands; end with 1 if one does."""
    asked = found = 0
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        running = {pool.submit(swept, name): name for name in names or shelf.names()}
        for one in as_completed(running):
            for question, leaks in one.result():
                asked, found = asked + 1, found + bool(leaks)
                for panel, line in leaks:
                    click.echo(f"{running[one]}: {question}: {panel}: {line}")
    click.echo(f"{asked} questions, {found} with their answer in sight")
    sys.exit(bool(found))


def swept(name: str) -> list[tuple[str, list[Leak]]]:
    """Return the questions of a lesson, each with where its answer stands."""
    with pytest.MonkeyPatch.context() as patched:
        return list(leaks_of(name, patched))


if __name__ == "__main__":
    COMMAND()
