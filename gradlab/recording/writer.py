"""Writing a recording: every line whole, by one call, so that nothing before it is lost however the process ends."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from gradlab.errors import GradlabError
from gradlab.outputs import refuse_existing
from gradlab.recording.form import encoded
from gradlab.recording.lock import Lock

PAUSE = 1.0
"""Seconds between two times at which the disk is told to keep what was written."""


class LineWriter:
    """Adds lines to a file that it has for itself. Raises GradlabError where another writer has it.

    start: bytes of an older recording to go on behind; without it the file is new. force: it may take the place of another one,
    which stays until the first line is written.
    """

    def __init__(self, path: Path, start: int | None = None, *, force: bool = False) -> None:
        self.path = path
        if start is None:
            refuse_existing(path, force=force)
        try:
            self._lock = Lock(path)
        except OSError as error:
            raise _told(path, error) from None
        try:
            flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
            fresh = os.O_CREAT | os.O_EXCL if start is None else 0
            self._beside = path.with_name(f".{path.name[:100]}.{os.getpid()}.part") if force and path.exists() else None
            self._file = os.open(self._beside or path, flags | fresh, 0o600)
            if start is not None:
                os.ftruncate(self._file, start)
        except OSError as error:
            self._lock.release()
            raise _told(path, error) from None
        self._size = start or 0
        self._due, self._closed = threading.Event(), threading.Event()
        self._keeper: threading.Thread | None = None

    def write(self, record: Mapping[str, Any]) -> None:
        """Add a line. Raises GradlabError when the disk does not take it; then nothing of it is there."""
        data = encoded(record)
        try:
            written = os.write(self._file, data)
            while written < len(data):
                written += os.write(self._file, data[written:])
            if self._beside is not None:
                self._beside.replace(self.path)
                self._beside = None
        except OSError as error:
            self._take_back()
            raise _told(self.path, error) from None
        self._size += len(data)
        self._due.set()
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._keep, name="recording", daemon=True)
            self._keeper.start()

    def _take_back(self) -> None:
        """Remove what was written of a line; of the first one, the file."""
        with suppress(OSError):
            os.ftruncate(self._file, self._size)
            if not self._size:
                (self._beside or self.path).unlink()

    def close(self) -> None:
        """Have the disk keep all of it, and let others write."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._due.set()
        if self._keeper is not None:
            self._keeper.join()
        with suppress(OSError):
            os.fsync(self._file)
        os.close(self._file)
        self._lock.release()

    def abandon(self) -> None:
        """Close the file, and remove it."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _keep(self) -> None:
        """Have the disk keep what was written, at most once a second, beside the work: that takes as long as the disk likes."""
        while not self._closed.is_set():
            self._due.wait()
            self._due.clear()
            if not self._closed.is_set():
                with suppress(OSError):
                    os.fsync(self._file)
                self._closed.wait(PAUSE)


def _told(path: Path, error: OSError) -> GradlabError:
    return GradlabError(f"error: cannot write `{path}`: {(error.strerror or str(error)).lower()}")
