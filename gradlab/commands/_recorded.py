"""Recordings as commands take them: opened, done again, and reported as scenarios are."""

from __future__ import annotations

from pathlib import Path

from gradlab.commands._report import FAILED, OK, Failure, Report
from gradlab.errors import GradlabError
from gradlab.recording.form import RecordingHeader
from gradlab.recording.kind import kind_of
from gradlab.recording.player import ReplayOptions
from gradlab.recording.reader import Progress, Recording, open_recording
from gradlab.recording.replay import ReplayVerdict, replay, told
from gradlab.scenario.bounds import MAX_MEMORY
from gradlab.scenario.characters import clean
from gradlab.scenario.head import Head, read_head


def opened(path: Path) -> Recording:
    """Return a recording in a file. Raises GradlabError for any other file."""
    kind = kind_of(path)
    if path.is_file() and kind not in ("recording", "snapshot"):
        what = "an archive" if kind == "zip" else "no recording: `gradlab check` runs a scenario"
        raise GradlabError(f"error: `{path}` is {what}")
    return open_recording(path)


def head_of(path: Path) -> Head:
    """Return what the front matter of a recorded scenario says. Raises GradlabError."""
    header = opened(path).header
    return Head() if header.model else read_head(clean(header.scenario, header.text)[0])[0]


def given_of(
    backend: str = "", data: Path | None = None, memory: int | None = None, budget: int | None = None
) -> ReplayOptions:
    """Return what a person gives to have a recording done again."""
    return ReplayOptions(data, backend, memory=MAX_MEMORY if memory is None else memory, budget=budget)


def replayed(
    path: Path, tolerance: float | None = None, backend: str = "", data: Path | None = None, memory: int | None = None,
    budget: int | None = None, progress: Progress | None = None,
) -> tuple[RecordingHeader, ReplayVerdict]:  # fmt: skip
    """Return the header of a recording, and what came of it when it was done again. Raises GradlabError."""
    found = opened(path)
    return found.header, replay(found, given_of(backend, data, memory, budget), tolerance, progress)


def report_of(name: str, header: RecordingHeader, verdict: ReplayVerdict, seconds: float) -> Report:
    """Return a recording that was done again as a report: every line that is as it was recorded is an assertion that held."""
    found = verdict.difference
    failures = () if found is None else (Failure(found.number, found.text, "; ".join(_plain(verdict))),)
    status = OK if found is None else FAILED
    return Report(name, header.scenario, status, verdict.same, failures, seconds=round(seconds, 6), warnings=verdict.notes)


def _plain(verdict: ReplayVerdict) -> list[str]:
    rows = [] if verdict.difference is None else told(verdict.difference)
    return [row.strip() for row in (*rows, *verdict.elsewhere)]
