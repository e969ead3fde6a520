"""`python -m tests.long lessons [NAME …]`: every lesson is opened in the laboratory and played to its end with the space bar.

A process a core; about fifteen minutes of CPU for all.
"""

from __future__ import annotations

import asyncio
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

import click

from gradlab.scenario import shelf
from tests.tui.lessons_played import played


@click.command("lessons", help=__doc__)
@click.argument("names", nargs=-1)
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Processes.")
def COMMAND(names: tuple[str, ...], jobs: int) -> None:
    """Play the lessons, say what went wrong in each, and end with 1 if anything did."""
    wrong = 0
    wanted = names or tuple(shelf.names())
    with ProcessPoolExecutor(jobs, get_context("spawn"), max_tasks_per_child=8) as pool:
        for one in as_completed([pool.submit(play, name) for name in wanted]):
            name, found = one.result()
            wrong += bool(found)
            for text in found:
                print(f"{name}: {text}", flush=True)
    print(f"{len(wanted) - wrong} of {len(wanted)} lessons play to their end")
    sys.exit(bool(wrong))


def play(name: str) -> tuple[str, list[str]]:
    """Return the name of a lesson, and what went wrong when it was played."""
    path = shelf.find(name)
    return name, ["there is no such lesson"] if path is None else asyncio.run(played(path))


if __name__ == "__main__":
    COMMAND()
