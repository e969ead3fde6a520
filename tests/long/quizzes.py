"""Every quiz of every lesson, while it is open: its answer stands in no panel at 200x60. `python -m tests.long quizzes`"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
import pytest

from gradlab.scenario import shelf
from tests.tui.quiz_sweep import leaks_of


@click.command("quizzes", help=__doc__)
@click.argument("names", nargs=-1)
def COMMAND(names: Sequence[str]) -> None:
    asked = found = 0
    with pytest.MonkeyPatch.context() as patched:
        for name in names or shelf.names():
            for question, leaks in leaks_of(name, patched):
                asked, found = asked + 1, found + bool(leaks)
                for panel, line in leaks:
                    click.echo(f"{name}: {question}: {panel}: {line}")
    click.echo(f"{asked} questions, {found} with their answer in sight")
    sys.exit(bool(found))


if __name__ == "__main__":
    COMMAND()
