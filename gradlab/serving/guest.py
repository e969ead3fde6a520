"""One laboratory in a process of its own, which draws for a page.

Both ways go packets: a letter, the length in four bytes, the bytes themselves. `D` is what a terminal sends and is sent, `M` is
JSON: `resize`, `focus`, `blur` and `quit` to the laboratory, `exit` from it. Before the first packet stands one line.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence

from gradlab.tui.driver import SERVED, VARIABLE

GREETING = b"__GANGLION__\n"
PATIENCE = 60.0
"""Seconds in which a laboratory has to show something."""
LEAVING = 5.0
"""Seconds that it has to leave by itself, and then again when it is told to end."""
LARGEST = 16 << 20
"""Bytes of a packet."""
GLANCE = 0.02
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


class Guest:
    """A laboratory. command: what starts it, without a shell."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = tuple(command)
        self.process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.Task[None] | None = None

    async def start(self, width: int, height: int) -> None:
        """Start it with so many columns and rows."""
        self.process = await asyncio.create_subprocess_exec(
            *self.command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=_environment(width, height),
            start_new_session=True,
        )  # fmt: skip

    async def drawn(self) -> AsyncIterator[bytes]:
        """Yield what it draws, until it ends."""
        assert self.process is not None
        assert self.process.stdout is not None
        read = self.process.stdout
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, TimeoutError, ValueError):
            async with asyncio.timeout(PATIENCE):
                while await read.readline() not in (GREETING, b""):
                    pass
            while True:
                kind = await read.readexactly(1)
                size = int.from_bytes(await read.readexactly(4), "big")
                data = await read.readexactly(min(size, LARGEST))
                if kind == b"D":
                    yield data
                elif kind == b"M" and json.loads(data).get("type") == "exit":
                    return

    async def type(self, text: str) -> None:
        """Send it what a person types."""
        await self._send(b"D", text.encode())

    async def tell(self, what: str, **more: int) -> None:
        """Send it word of something: `resize`, `focus`, `blur`, `quit`."""
        await self._send(b"M", json.dumps({"type": what, **more}).encode())

    async def _send(self, kind: bytes, data: bytes) -> None:
        if self.process is None or self.process.stdin is None:
            return
        with contextlib.suppress(ConnectionError, RuntimeError):
            self.process.stdin.write(kind + len(data).to_bytes(4, "big") + data)
            await self.process.stdin.drain()

    async def end(self) -> None:
        """End it: it is asked to leave, told to, and killed, with all that it has started. Whoever asks waits for it."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._end())
        await asyncio.shield(self._ending)

    async def _end(self) -> None:
        process = self.process
        if process is None:
            return
        await self.tell("quit")
        reading = asyncio.create_task(_read_on(process))  # while its pipe is full it cannot leave
        for number in (signal.SIGTERM, KILL):
            if await _has_left(process):
                break
            _signal(process, number)
        _signal(process, KILL)  # those that it has started, which may hold its pipes
        if process.stdin is not None:
            process.stdin.close()
        await reading
        await process.wait()


async def _has_left(process: asyncio.subprocess.Process) -> bool:
    """Wait for its end; `wait` would wait for those that it has started, too, as long as they hold its pipes."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LEAVING):
            while process.returncode is None:
                await asyncio.sleep(GLANCE)
    return process.returncode is not None


async def _read_on(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(RuntimeError):  # somebody else reads it
        while process.stdout is not None and await process.stdout.read(1 << 16):
            pass


def _signal(process: asyncio.subprocess.Process, number: int) -> None:
    """Send a signal to a process and those that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        elif process.returncode is None:
            process.send_signal(number)


def _environment(width: int, height: int) -> Mapping[str, str]:
    """Return the variables of a laboratory that draws on a page."""
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "ROWS")}
    own = {VARIABLE: SERVED, "TEXTUAL_COLOR_SYSTEM": "truecolor", "TERM": "xterm-256color"}
    return kept | own | {"COLUMNS": str(width), "ROWS": str(height)}


def command_of(file: str | None) -> tuple[str, ...]:
    """Return what starts a laboratory on a file, or the browser of scenarios."""
    return (sys.executable, "-m", "gradlab", *(() if file is None else ("open", "--", file)))
