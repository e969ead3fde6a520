"""Every lesson, recorded and replayed in a fresh process: the same bits. `python -m tests.long shelf`"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from gradlab.recording.recorders import close_all, record_to
from gradlab.scenario import shelf
from gradlab.session import load

ROOT = Path(__file__).resolve().parents[2]


def record_lesson(name: str, out: Path) -> int:
    """Follow a lesson to its end, record it, and return how many numbers its replay compares at the least.

    One a statement, and one at the end; the end alone where nothing is computed.
    """
    lab = load(name)
    record_to(lab, out)
    for _ in lab.script:
        lab.next_line()
        lab.skip_question()
    close_all(lab)
    return len(lab.script) + 1 if lab.runs else 1


def recorded_and_replayed(names: Sequence[str], folder: Path) -> list[str]:
    """Return which recordings of lessons do not replay to the same bits, with a line for each statement."""
    paths = [folder / f"{number}.gradlab" for number in range(len(names))]
    counts = [record_lesson(name, path) for name, path in zip(names, paths, strict=True)]
    command = [sys.executable, "-m", "gradlab", "check", "--json", "--timeout", "3600", *map(str, paths)]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False
    )
    reports = json.loads(done.stdout)["results"]
    bad = [(name, report) for name, report, count in zip(names, reports, counts, strict=True) if report["passed"] < count]
    bad += [(name, report) for name, report in zip(names, reports, strict=True) if report["status"] != "ok"]
    return [f"{name}: {report['status']}, {report['failures'] or report['error']}" for name, report in bad]


@click.command("shelf", help=__doc__)
def COMMAND() -> None:
    names = shelf.names()
    with tempfile.TemporaryDirectory() as folder:
        bad = recorded_and_replayed(names, Path(folder))
    click.echo("\n".join([*bad, f"{len(names)} lessons, {len(bad)} not replayed to the same bits"]))
    sys.exit(bool(bad))


if __name__ == "__main__":
    COMMAND()
