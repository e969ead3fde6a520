"""A terminal that goes away: its window is closed, with or without a signal to the program in it."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from gradlab.tui.vanishing import GONE, FileOfTerminal
from tests.tui.driving import LESSON
from tests.tui.terminal import PATIENCE, set_size, surroundings


@pytest.mark.parametrize("number", [None, signal.SIGHUP, signal.SIGTERM])
def test_a_program_ends_when_its_terminal_goes_away(tmp_path: Path, number: int | None) -> None:
    lesson = tmp_path / "neuron.md"
    lesson.write_text(LESSON.replace("TITLE", "The sigmoid neuron"))
    master, slave = pty.openpty()
    set_size(slave, 120, 34)
    command = [sys.executable, "-m", "gradlab", "open", str(lesson)]
    program = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=surroundings({})
    )  # it is no terminal of that session, so that the system sends no signal
    os.close(slave)
    try:
        _read_until(master, b"0.f.0")
        os.write(master, b"nn")
        _read_until(master, b"0.f.2")
        os.close(master)
        if number is not None:
            program.send_signal(number)
        assert program.wait(PATIENCE) in (GONE, 128 + (number or 0))
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()


def _read_until(master: int, wanted: bytes) -> None:
    limit, sent = time.monotonic() + PATIENCE, b""
    while wanted not in sent:
        assert time.monotonic() < limit, f"waited for {wanted!r} in vain: {sent[-500:]!r}"
        if select.select([master], [], [], 0.1)[0]:
            sent += os.read(master, 1 << 16)


def test_what_cannot_be_written_any_more_is_let_go_of() -> None:
    reading, writing = os.pipe()
    told: list[str] = []
    pipe = os.fdopen(writing, "w")
    file = FileOfTerminal(pipe, lambda: told.append("lost"))
    file.write("a")
    file.flush()
    assert os.read(reading, 9) == b"a" and not told and file.fileno() == writing
    os.close(reading)
    for _ in range(3):
        assert file.write("b" * 100_000) == 100_000
        file.flush()
    assert told == ["lost"]
    with suppress(OSError):
        pipe.close()
