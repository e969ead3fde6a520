"""`gradlab check`: scenarios run headless, and everything that they expect."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from gradlab import interruption
from gradlab.commands import _completion
from gradlab.commands._look import ascii_option
from gradlab.commands._memory import memory_options
from gradlab.commands._output import as_json, show, show_error, show_json, tell
from gradlab.commands._record import out_option
from gradlab.commands._report import BAD, FAILED, OK, TIMEOUT, Report, longest, total, write_junit
from gradlab.commands._workers import Crew, Task
from gradlab.errors import GradlabError

INTERRUPTED = 130
CODES = {OK: 0, FAILED: 1, TIMEOUT: 1, BAD: 2}


class _Seconds(click.FloatRange):
    """A range of seconds; `nan`, which is neither below nor above it, is outside."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if str(value).strip().lower().lstrip("+-") == "nan":
            self.fail("nan is no number of seconds", param, ctx)
        return super().convert(value, param, ctx)


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[FILE | FOLDER | NAME]...", shell_complete=_completion.scenarios)
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a JUnit report, too.")
@click.option(
    "--timeout", type=_Seconds(0, 86_400, min_open=True), metavar="S", help="Seconds for each; else what the file says."
)
@click.option("--answers", type=click.Path(path_type=Path), metavar="FILE", help="Answers to the quizzes of one scenario.")
@click.option("--jobs", type=click.IntRange(1, 1_000), metavar="N", help="Processes that check at once; else one a core.")
@click.option("--slowest", type=click.IntRange(1, 1_000), metavar="N", help="Say at the end which N took longest, too.")
@click.option("--lesson", is_flag=True, help="Look at how each is written, too; what is found fails nothing.")
@out_option
@memory_options
@as_json
@ascii_option
def COMMAND(
    paths: tuple[str, ...], *, junit: Path | None, timeout: float | None, answers: Path | None, jobs: int | None,
    slowest: int | None, lesson: bool, out: Path | None, max_memory: int | None, budget: int | None, as_json: bool,
) -> int:  # fmt: skip
    """Run the scripts of scenarios without a screen and compare everything that they `expect`.

    A recording is done again, and every line of it compared. So is a snapshot (NAME.gradlab.zip): its script runs, and on the
    machine that wrote it every bit has to be the one that was kept.

    Takes files, folders, and names of scenarios that come with gradlab; without any it runs all of these. The exit code is 1 if
    an assertion fails or the time is over, 2 if a file is bad, 130 if it is interrupted: then what has ended is told and
    written. A quiz that nobody answers is skipped and counted. A file of answers has lines `EXPR = ANSWER`, `A|B = A`,
    `order A, B = B, A` and `NAME = A` for a bet; each can also be called by its words in quotes. A wrong answer counts
    as a failure, and says which mistake leads to it. A warning, of what a model may say and hardly means, fails nothing, and
    nor does a finding, where a NaN came up; a training that ends in NaN fails unless an `expect` behind it says that it does.

    Several scenarios are checked at once, by a process for each core; what is told is the same with any number of them.

    A result of --json is {"name", "title", "status": ok | failed | timeout | bad, "passed", "failures": [{"line", "action",
    "text"}], "skipped", "right", "seconds", "error", "warnings", "findings": like "failures", "lesson": like "failures"}.
    """
    began = time.perf_counter()
    wanted = list(_files(paths))
    if answers is not None and len(wanted) != 1:
        raise click.UsageError(f"`--answers` is for one scenario, got {len(wanted)}")
    width = max((len(name) for name, _ in wanted), default=0)
    reports: dict[int, Report] = {}
    broken_off = 0
    crew = Crew([Task(name, path, timeout, answers, max_memory, budget, out, lesson) for name, path in wanted], jobs or cores())
    try:
        for number, report in crew.reports():
            reports[number] = report
            _tell(report, width, quiet=as_json)
    except KeyboardInterrupt:
        for number, report in crew.ended():
            if number not in reports:
                reports[number] = report
                _tell(report, width, quiet=as_json)
        broken_off = _interrupted([name for number, (name, _) in enumerate(wanted) if number not in reports])
    found = [*reports.values()]
    if junit:
        write_junit(junit, found)
    code = broken_off or max((CODES[report.status] for report in found), default=0)
    if as_json:
        show_json("check", code == 0, [report.record() for report in found])
    else:
        show("\n".join([*(longest(found, slowest) if slowest else []), total(found, time.perf_counter() - began)]))
    return code


def cores() -> int:
    """Return how many processes can run at once here."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _interrupted(left: Sequence[str]) -> int:
    """Say what was not checked to its end, and return the exit code."""
    interruption.forget()
    if left:
        more = f" and {len(left) - 1:,} more" if len(left) > 1 else ""
        tell(f"interrupted: `{left[0]}`{more} not checked to the end")
    return INTERRUPTED


def _files(paths: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """Return what each scenario is called in the report, and its file. Raises GradlabError when there is nothing to run."""
    from gradlab.scenario import shelf

    place = shelf.folder()
    if not paths:
        if place is None:
            raise GradlabError("no scenarios are installed: name a file or a folder")
        yield from ((name, place / f"{name}.md") for name in shelf.names())
    for given in paths:
        if not given:
            raise GradlabError("a file, a folder or the name of a scenario is needed, got an empty text")
        path = Path(given)
        found = [(file.as_posix(), file) for file in _in_folder(path)] if path.is_dir() else [(given, _file(path, given))]
        if not found:
            raise GradlabError(f"no scenario in the folder `{given}`")
        yield from found


def _in_folder(place: Path) -> list[Path]:
    """Return the scenarios in a folder and below, the recordings and the snapshots, in order."""
    from gradlab.recording.kind import kind_of
    from gradlab.scenario import shelf

    kept = (path for path in place.rglob("*.gradlab*") if path.is_file() and kind_of(path) in ("recording", "snapshot"))
    return sorted([*shelf.files_in(place), *kept])


def _file(path: Path, given: str) -> Path:
    """Return a file that was named: itself, or a shipped scenario's."""
    from gradlab.scenario import shelf

    return path if path.exists() else shelf.find(given) or path


def _tell(report: Report, width: int, *, quiet: bool) -> None:
    if report.error:
        show_error(report.error)
    if not quiet:
        show("\n".join(report.lines(width)))
