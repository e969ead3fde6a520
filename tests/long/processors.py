"""Every figure of every lesson on other processors: those whose kernels OpenBLAS, NumPy and Numba can be told to use here.

`python -m tests.long processors [NAME …]` names each figure that fails on any of them, and each that may fail on one more: it
differs between them, and either uses more than 80 % of its tolerance, or would exceed it if it differed by as much again.
About a quarter of an hour of CPU for all lessons on one processor, and at the first time what it takes to compile for it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import click

from gradlab.scenario import shelf
from tests.figures import Figure, Page, read
from tests.processors import PROCESSORS, Processor, as_on, named

ROOT = Path(__file__).resolve().parents[2]
SOME = 6
"""Lessons that one process runs."""
NEAR, SAME = 0.8, 0.01
"""Shares of a tolerance: what is too much where processors differ, and what no difference is."""


@click.command("processors", help=__doc__)
@click.argument("names", nargs=-1)
@click.option(
    "--on", multiple=True, type=click.Choice([one.name for one in PROCESSORS], case_sensitive=False), help="Only these."
)
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Processes.")
def COMMAND(names: Sequence[str], on: Sequence[str], jobs: int) -> None:
    """Say what fails, and what nearly does; end with 1 if anything does."""
    wanted, processors = list(names or shelf.names()), named(on)
    if not processors:
        raise click.ClickException("this machine can stand in for none of them")
    some = [wanted[at : at + SOME] for at in range(0, len(wanted), SOME)]
    pages: dict[str, dict[str, Page]] = defaultdict(dict)
    wrong = 0
    with ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(pages_on, one, few): one for few in some for one in processors}
        for done in as_completed(running):
            for page in done.result():
                pages[page.name][running[done].name] = page
                if len(pages[page.name]) == len(processors):
                    found = list(told(pages[page.name]))
                    wrong += bool(found)
                    click.echo("".join(f"{page.name}: {text}\n" for text in found), nl=False)
    click.echo(f"{len(wanted)} lessons on {', '.join(one.name for one in processors)}: {wrong} to be mended")
    sys.exit(bool(wrong))


def pages_on(processor: Processor, names: Sequence[str]) -> list[Page]:
    """Return the figures of lessons as they come out on a processor. Raises CalledProcessError where one ends the program."""
    command = [sys.executable, "-P", "-m", "tests.figures", *names]
    environment = as_on(processor) | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", cwd=ROOT, env=environment, check=True)
    return [read(line) for line in done.stdout.splitlines()]


def told(pages: Mapping[str, Page]) -> Iterator[str]:
    """Yield what is wrong with a lesson. pages: as it comes out on each processor."""
    for name, page in pages.items():
        if page.kernels != (name,):
            yield f"{name}: the products were made by kernels for {', '.join(page.kernels) or 'nothing'}"
        if page.error:
            yield f"{name}: {page.error}"
        for failure in page.failures:
            yield f"line {failure.line}: {name}: {failure.got}"
    failed = {failure.line for page in pages.values() for failure in page.failures}
    for same in zip(*(page.figures for page in pages.values()), strict=False):
        if same[0].line not in failed and (reason := near(same)):
            got = "; ".join(f"{name}: {figure.got}" for name, figure in zip(pages, same, strict=True) if figure.got)
            yield f"line {same[0].line}: {same[0].text}: {reason}" + (f" ({got})" if got else "")


def near(same: Sequence[Figure]) -> str:
    """Return why a figure may fail on one more processor, or "". same: as it comes out on each."""
    for distances in zip(*(figure.distance for figure in same), strict=False):
        apart = max(distances) - min(distances)
        if same[0].bounded:
            most = max(map(abs, distances))
            if apart > SAME and (most > NEAR or most + apart > 1):
                return f"{most:.0%} of the tolerance, {apart:.0%} of it between processors"
        elif apart > min(map(abs, distances)):
            return f"the sides are {min(map(abs, distances)):.3g} apart, by {apart:.3g} more on another processor"
    return ""


if __name__ == "__main__":
    COMMAND()
