"""The process that runs a sweep for the screen: the command `gradlab sweep`, which writes the file that the screen follows."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress

from gradlab.tui.driver import VARIABLE

PATIENCE = 3.0
"""Seconds that a process has to end when the screen is left."""
INTERRUPTED = 130


class SweepChild:
    """A process. Raises OSError where it cannot be started."""

    def __init__(self, command: Sequence[str]) -> None:
        surroundings = {name: value for name, value in os.environ.items() if name != VARIABLE}
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  it is open as long as the process
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._said, env=surroundings
        )
        self._asked = False

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    @property
    def problem(self) -> str:
        """What it has said before it ended, where it did not end well and was not told to; else ""."""
        if self.running or self._asked or self._process.returncode in (0, INTERRUPTED):
            return ""
        self._said.seek(0)
        said = self._said.read().decode("utf-8", "replace").strip()
        return said or f"error: the process that ran the sweep has ended with exit code {self._process.returncode}"

    def stop(self) -> None:
        """Have it stop, so that what is done is kept; asked a second time, end it."""
        with suppress(OSError):
            if self._asked or os.name == "nt":
                self._process.terminate()
            else:
                self._process.send_signal(signal.SIGINT)
        self._asked = True

    def end(self) -> None:
        """Have it stop, and wait for that; end it where that takes too long."""
        if self.running:
            self.stop()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE)
        if self.running:
            self._process.kill()
            self._process.wait()
        self._said.close()
