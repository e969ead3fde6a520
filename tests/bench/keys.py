"""What a key costs in a pseudo-terminal: bytes, milliseconds to the last of them, and milliseconds of CPU.

Two programs get the same keys in turn: one sends only cells that change, one sends whole lines, because terminfo does not know
the terminal that it is told to write to.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.key_latency import QUIET, drain, start

LESSONS = ("circuits/sigmoid-neuron", "mlp/xor-trained")
SIZES = ((80, 24), (120, 40), (200, 60))
KEYS = "nnnnnnnnnnnnnnNNNNNNNNNNNNfbu"
ROUNDS = 2
WAYS = {"cells": "xterm-256color", "lines": "a-terminal-that-terminfo-does-not-know"}
BARS = "bars at 120x40: bytes 2,000 (circuits) and 4,000 (mlp) at the median, 10,000 at p95, first screen 40,000; 9 and 16 ms"


@dataclass
class Program:
    """A program in a terminal, and what its keys have cost."""

    process: int
    terminal: int
    first: int = 0
    times: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    work: list[float] = field(default_factory=list)

    def press(self, key: str) -> None:
        """Send a key, wait until the screen is quiet, and note what it cost."""
        before, sent = cpu_ms(self.process), time.perf_counter()
        os.write(self.terminal, key.encode())
        last, count = drain(self.terminal, QUIET)
        if count:
            self.times.append(1000 * (last - sent))
            self.sizes.append(count)
            self.work.append(cpu_ms(self.process) - before)


def cpu_ms(process: int) -> float:
    """Return the milliseconds that all threads of a process have run."""
    ran = 0
    for task in Path(f"/proc/{process}/task").iterdir():
        ran += int((task / "schedstat").read_text().split()[0])
    return ran / 1e6


def report() -> str:
    """Return a table, two lines for each lesson and size."""
    lines = [
        f"{'a key':26}{'size':>9}{'':>7}{'bytes':>9}{'p95':>9}{'ms':>8}{'p95':>8}{'CPU ms':>9}{'p95':>8}{'first screen':>15}"
    ]
    for lesson in LESSONS:
        for columns, rows in SIZES:
            for way, program in measure(lesson, columns, rows).items():
                lines.append(f"{lesson:26}{f'{columns}x{rows}':>9}{way:>7}" + figures(program))
    return "\n".join([*lines, BARS])


def figures(program: Program) -> str:
    """Return the numbers of a line."""
    found = "".join(f"{value:>9,.0f}" for value in middle_and_end(program.sizes))
    found += "".join(f"{value:>8.1f}" for value in middle_and_end(program.times))
    middle, end = middle_and_end(program.work)
    return found + f"{middle:>9.1f}{end:>8.1f}{program.first:>15,}"


def middle_and_end(values: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[max(0, round(0.95 * len(ordered)) - 1)]


def measure(lesson: str, columns: int, rows: int) -> dict[str, Program]:
    """Return both programs after the same keys."""
    command = [sys.executable, "-m", "gradlab", "open", lesson]
    programs = {way: Program(*start(command, columns, rows, term)) for way, term in WAYS.items()}
    try:
        for program in programs.values():
            program.first = drain(program.terminal, 3.0)[1]
        for _ in range(ROUNDS):
            for key in KEYS:
                for program in programs.values():
                    program.press(key)
    finally:
        for program in programs.values():
            os.kill(program.process, signal.SIGKILL)
            os.waitpid(program.process, 0)
    return programs
