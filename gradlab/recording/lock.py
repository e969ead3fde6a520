"""One writer a file: a lock beside it, which the system takes back from a process that has ended, however it ended."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from gradlab.errors import GradlabError


class Lock:
    """Holds `NAME.lock` beside a file until it is released. Raises GradlabError where another writer holds it.

    The file of a lock that a dead process has left is not in the way: what counts is the lock of the system on it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(path.name + ".lock")
        self._file = self._taken(path)

    def _taken(self, path: Path) -> int:
        while True:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
            if not _locked(file):
                os.close(file)
                raise GradlabError(f"error: `{path}` is being written to by another recorder")
            with suppress(OSError):
                if os.path.samestat(self.path.stat(), os.fstat(file)):
                    return file
            os.close(file)  # whoever held it has just removed it

    def release(self) -> None:
        """Let others write."""
        if self._file >= 0:
            with suppress(OSError):
                self.path.unlink()
            os.close(self._file)
            self._file = -1


def is_held(path: Path) -> bool:
    """Return whether somebody writes to a file now."""
    try:
        Lock(path).release()
    except (GradlabError, OSError):
        return True
    return False


def _locked(file: int) -> bool:
    """Take the lock of the system; return whether that was possible. Where there are no locks everybody may write."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
