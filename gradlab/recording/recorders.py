"""The recorders of a laboratory: what a person asks for is written to a file of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gradlab.errors import ActionError, GradlabError
from gradlab.outputs import refuse_existing
from gradlab.recording.recorder import Recorder
from gradlab.recording.writer import LineWriter
from gradlab.session import Lab


def record_to(lab: Lab, path: Path, *, force: bool = False) -> Recorder:
    """Begin to record a laboratory to a file, and return who does. force: over a file that is there. Raises GradlabError."""
    recorder = Recorder(lab, lambda: LineWriter(path, force=force))
    recorder.begin()
    return recorder


def recorders(lab: Lab) -> list[Recorder]:
    """Return who records a laboratory to a file that a person named."""
    return [one for one in lab.diary.listeners if isinstance(one, Recorder) and one.named]


def stop(lab: Lab) -> list[Recorder]:
    """End the recordings that a person began, and return who made them. Raises ActionError where there is none."""
    found = recorders(lab)
    if not found:
        raise ActionError("nothing is being recorded: `record FILE` begins that")
    for one in found:
        one.close()
    return found


def with_data(lab: Lab, path: Path) -> str:
    """Keep the data of a laboratory in an archive beside a recording, and return how that is said. Raises GradlabError."""
    from gradlab.recording.bundle import pack

    place = pack(lab, path)
    return "; it reads no files" if place is None else f", its data to {place.name}"


@contextmanager
def recording(lab: Lab, path: Path | None, *, force: bool = False, read: str = "") -> Iterator[None]:
    """Record what is done in the block to a file, if one is named; at its end close it, and those that actions have begun.

    force: over a file that is there, but not over the one that is read.
    Raises GradlabError at its beginning, and at its end where the file could not take all of it.
    """
    if path is not None:
        refuse_existing(path, force=force, read=read)
    recorder = None if path is None else record_to(lab, path, force=force)
    try:
        yield
    finally:
        close_all(lab)
    if recorder is not None and recorder.problem:
        raise GradlabError(f"error: the recording is not whole: {recorder.problem}")


def close_all(lab: Lab) -> None:
    """End all that records a laboratory. Raises GradlabError."""
    for one in [one for one in lab.diary.listeners if isinstance(one, Recorder)]:
        one.close()
