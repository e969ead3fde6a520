"""A real pseudo-terminal with a program in it, and a screen that understands what the program sends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pyte

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


def set_size(terminal: int, columns: int, rows: int) -> None:
    """Set the size of a terminal."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def surroundings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a program in a terminal, which has a size of its own.

    It is given whole: readline may have put COLUMNS and LINES where `os.environ` does not see them.
    """
    ours = {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    return {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")} | ours | dict(environment)


class Terminal:
    """A program in a pseudo-terminal of its own."""

    def __init__(self, arguments: Sequence[str], size: tuple[int, int], environment: Mapping[str, str]) -> None:
        self.size = size
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.sent = b""
        self.status: int | None = None
        self.process, self.master = pty.fork()
        if self.process == 0:
            self._become(arguments, environment)
        self.before = termios.tcgetattr(self.master)

    def _become(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        set_size(0, *self.size)
        os.execve(sys.executable, [sys.executable, *arguments], surroundings(environment))

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal."""
        set_size(self.master, columns, rows)
        self.screen.resize(rows, columns)

    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def press(self, keys: str | bytes) -> None:
        """Type, or send bytes that no key sends."""
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)

    def wait_for(self, what: str | Callable[[], bool]) -> None:
        """Read until a text is on the screen, or something holds."""
        holds = what if callable(what) else partial(self._shows, what)
        limit = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < limit, f"waited for {what!r} in vain:\n{self.text()}"
            self._read()

    def _shows(self, text: str) -> bool:
        return text in self.text()

    def wait_for_end(self) -> int:
        """Read until the program has ended, and return its exit code."""
        self.wait_for(self._ended)
        assert self.status is not None
        return os.waitstatus_to_exitcode(self.status)

    def _ended(self) -> bool:
        if self.status is None:
            done, status = os.waitpid(self.process, os.WNOHANG)
            self.status = status if done else None
        if self.status is not None:
            self._read()
        return self.status is not None

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            if select.select([self.master], [], [], 0.05)[0]:
                data = os.read(self.master, 1 << 16)
                self.sent += data
                self.stream.feed(data)

    @property
    def restored(self) -> bool:
        """Whether the terminal is as it was: its modes, the normal screen, a cursor, no mouse."""
        modes = termios.tcgetattr(self.master)[:4] == self.before[:4]
        pairs = ((b"\x1b[?1049l", b"\x1b[?1049h"), (b"\x1b[?25h", b"\x1b[?25l"), (b"\x1b[?1000l", b"\x1b[?1000h"))
        return modes and all(self.sent.rfind(off) > self.sent.rfind(on) for off, on in pairs)

    def kill(self) -> None:
        """End the program if it has not ended."""
        if self.status is None:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        os.close(self.master)


@contextlib.contextmanager
def terminal(*arguments: str, size: tuple[int, int] = (120, 34), **environment: str) -> Iterator[Terminal]:
    """Run `python ARGUMENTS` in a pseudo-terminal."""
    found = Terminal(arguments, size, environment)
    try:
        yield found
    finally:
        found.kill()
