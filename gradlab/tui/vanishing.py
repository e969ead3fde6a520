"""A terminal that goes away while the program draws on it: its window was closed, or the line to it was cut.

Textual's thread that writes ends with an error then, and the program waits for it for ever; its thread that reads finds the end
of the keys again and again. Here what can no longer be shown is let go of, and the program ends as it does for SIGHUP.
"""

from __future__ import annotations

import asyncio
import select
import signal
import threading
from collections.abc import Callable
from typing import IO, Any

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from gradlab.tui.widgets.internals import wrap_file

GONE = 128 + signal.SIGHUP
"""The exit code of a program whose terminal went away."""


class FileOfTerminal:
    """Writes to a file until that fails, and to nowhere from then on. lost: is called when it fails."""

    def __init__(self, file: IO[str], lost: Callable[[], None]) -> None:
        self._file, self._lost, self._is_lost = file, lost, False

    def write(self, text: str) -> int:
        """Write a text; return how many characters it has."""
        self._try(lambda: self._file.write(text))
        return len(text)

    def flush(self) -> None:
        """Write what waits."""
        self._try(self._file.flush)

    def _try(self, work: Callable[[], object]) -> None:
        if self._is_lost:
            return
        try:
            work()
        except OSError:
            self._is_lost = True
            self._lost()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class TerminalDriver(LinuxDriver):
    """Draws on a terminal and reads its keys, as long as it is there."""

    def __init__(self, app: App[Any], **more: Any) -> None:
        super().__init__(app, **more)
        self._program, self._turns, self._watched = app, asyncio.get_running_loop(), False
        wrap_file(self, lambda file: FileOfTerminal(file, self._end))

    def start_application_mode(self) -> None:
        """Begin to draw, and to look whether the terminal is there."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if not self._watched:
            self._watched = True
            threading.Thread(target=self._watch, name="terminal", daemon=True).start()

    def _watch(self) -> None:
        """Wait until the other end of the terminal is closed."""
        poll = select.poll()
        poll.register(self.fileno, 0)
        if any(what & select.POLLHUP for _, what in poll.poll()):
            self._end()

    def _end(self) -> None:
        """End the program, whichever thread finds that the terminal is gone."""
        if not self._turns.is_closed():
            self._turns.call_soon_threadsafe(self._program.exit, GONE)
