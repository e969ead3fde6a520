"""Reading a recording, a line at a time: as large as it may be, no more than one line is in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from gradlab.errors import GradlabError
from gradlab.recording.form import LONGEST, RecordedLine, RecordingHeader
from gradlab.recording.kind import kind_of
from gradlab.recording.parsing import Malformed, read_header, read_line
from gradlab.scenario.characters import harmless
from gradlab.scenario.reading.packed import SESSION, Packed, unpacked

Progress = Callable[[float], None]


@dataclass(slots=True)
class Recording:
    """A recording in a file.

    notes: what has to be said about it, as far as it was read.   whole: bytes up to what is cut.   packed: the snapshot that it
    is in, if it is in one.
    """

    path: Path
    header: RecordingHeader
    notes: list[str] = field(default_factory=list)
    whole: int = 0
    packed: Packed | None = None

    def lines(self, progress: Progress | None = None) -> Iterator[RecordedLine]:
        """Yield the lines behind the header. progress: is told the share of the file that was read.

        What is left of a last line that was cut is dropped, which `notes` says. Raises GradlabError with the line that is none.
        """
        self.notes.clear()
        with _opened(self.path) as file:
            size = file.seek(0, 2)
            file.seek(0)
            number = 1
            done = self.whole = len(_next(file, self.path, number))
            while data := _next(file, self.path, number := number + 1):
                done += len(data)
                line = self._line(data, number)
                if line is None:
                    return
                self.whole = done
                if progress is not None:
                    progress(done / max(size, done))
                yield line

    def _line(self, data: bytes, number: int) -> RecordedLine | None:
        """Return a line; None for the last one when it is cut."""
        try:
            return read_line(data, number)
        except Malformed as error:
            if data.endswith(b"\n"):
                raise _told(self.path, number, str(error)) from None
        self.notes.append(f"line {number} is cut, and is left out")
        return None


def open_recording(path: Path) -> Recording:
    """Return a recording of which the header has been read; of a snapshot, the one in it. Raises GradlabError."""
    packed = unpacked(path) if kind_of(path) == "snapshot" else None
    if packed is not None:
        path = packed.folder / SESSION
    with _opened(path) as file:
        data = _next(file, path, 1)
    try:
        return Recording(path, read_header(data), whole=len(data), packed=packed)
    except Malformed as error:
        if not data.endswith(b"\n"):
            raise GradlabError(f"error: `{_shown(path)}` is cut within its first line: nothing of it can be read") from None
        raise _told(path, 1, str(error)) from None


def _next(file: BinaryIO, path: Path, number: int) -> bytes:
    data = file.readline(LONGEST + 1)
    if len(data) > LONGEST:
        raise _told(path, number, f"it is longer than {LONGEST >> 20} MiB")
    return data


def _opened(path: Path) -> BinaryIO:
    try:
        if path.exists() and not path.is_file():
            raise GradlabError(f"error: `{_shown(path)}` is no file")
        return path.open("rb")
    except OSError as error:
        raise GradlabError(f"error: cannot read `{_shown(path)}`: {(error.strerror or str(error)).lower()}") from None


def _told(path: Path, number: int, why: str) -> GradlabError:
    return GradlabError(f"error: `{_shown(path)}`, line {number}: {why}")


def _shown(path: Path) -> str:
    return harmless(str(path))
