"""The lines that were typed, kept for the next time.

They are in the user's state folder, readable by nobody else. Where nothing can be written, nothing is kept, and nobody is told.
"""

from __future__ import annotations

import os
from pathlib import Path

from gradlab.folders import state_folder

LIMIT = 500


class LineHistory:
    """Lines, oldest first, and a place among them for the arrow keys."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or state_folder()
        self.lines = self._read()
        self._at = len(self.lines)

    @property
    def file(self) -> Path:
        """The file that the lines are kept in."""
        return self._folder / "history"

    def add(self, line: str) -> None:
        """Keep a line, unless it is the last one again."""
        if line.strip() and self.lines[-1:] != [line]:
            self.lines = [*self.lines, line][-LIMIT:]
            self._write()
        self._at = len(self.lines)

    def older(self) -> str | None:
        """Return the line before, or None at the oldest."""
        if self._at == 0:
            return None
        self._at -= 1
        return self.lines[self._at]

    def newer(self) -> str:
        """Return the line behind; behind the newest it is empty."""
        self._at = min(self._at + 1, len(self.lines))
        return self.lines[self._at] if self._at < len(self.lines) else ""

    def _read(self) -> list[str]:
        try:
            return self.file.read_text(encoding="utf-8", errors="replace").splitlines()[-LIMIT:]
        except OSError:
            return []

    def _write(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            number = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write("\n".join(self.lines) + "\n")
        except OSError:
            return
