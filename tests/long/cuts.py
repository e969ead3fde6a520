"""A recording of 200 lines, cut: parsed at every byte, replayed behind every line. `python -m tests.long cuts --number 200`."""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from gradlab.errors import GradlabError
from gradlab.recording.reader import open_recording
from gradlab.recording.replay import replay
from tests.recording.making import recorded

ACTIONS = (
    "forward",
    "backward",
    "update",
    "train 3",
    "step",
    "step 2",
    "back",
    "set w = 5",
    "seed 3",
    "undo",
    "goto 2.f.1",
    "mark m",
)


def cut_and_parsed(path: Path, places: Iterable[int]) -> list[str]:
    """Return what is wrong with a recording that is cut at these bytes: every line before the cut must be there."""
    data, wrong = path.read_bytes(), list[str]()
    whole = list(open_recording(path).lines())
    head, cut = data.index(b"\n") + 1, path.with_name("cut.gradlab")
    for place in places:
        cut.write_bytes(data[:place])
        before = data.count(b"\n", 0, place) - 1
        try:
            found = open_recording(cut)
            lines = list(found.lines())
        except GradlabError as error:
            if place >= head or "is cut within its first line" not in str(error):
                wrong.append(f"cut at byte {place}: {error}")
            continue
        complete = data[place : place + 1] == b"\n"
        dropped = not complete and place > head and data[place - 1 : place] != b"\n"
        if lines != whole[: before + complete] or bool(found.notes) != dropped:
            wrong.append(f"cut at byte {place}: {len(lines)} lines, {found.notes}")
    return wrong


def cut_and_replayed(path: Path) -> list[str]:
    """Return what is wrong with a recording that is cut behind each of its lines: what is there must have the same bits."""
    lines, cut = path.read_bytes().splitlines(keepends=True), path.with_name("cut.gradlab")
    wrong = []
    for number in range(1, len(lines) + 1):
        cut.write_bytes(b"".join(lines[:number]) + b'{"t":1.0,"do":"for')
        verdict = replay(open_recording(cut))
        if verdict.difference is not None or verdict.notes != (f"line {number + 1} is cut, and is left out",):
            wrong.append(f"cut behind line {number}: {verdict.lines()}")
    return wrong


@click.command("cuts", help=__doc__)
@click.option("--number", type=click.IntRange(1), default=200, show_default=True, help="Of lines.")
@click.option("--seed", type=int, default=0, show_default=True)
def COMMAND(number: int, seed: int) -> None:
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = recorded(Path(folder), [dice.choice(ACTIONS) for _ in range(number)])
        size = path.stat().st_size
        wrong = [*cut_and_parsed(path, range(size + 1)), *cut_and_replayed(path)]
        lines = path.read_bytes().count(b"\n")
    click.echo("\n".join([*wrong, f"{lines} lines, {size:,} bytes: {len(wrong)} cuts lost something"]))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    COMMAND()
