"""How soon `gradlab open` shows its first frame, and when the engine is there: wall clock and CPU, in a terminal of 120x40.

The program itself notes when its first frame is drawn, when the first moment of the laboratory is, and whether numba was
imported by then.
"""

from __future__ import annotations

import os
import select
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.key_latency import start

LESSONS = ("circuits/sigmoid-neuron", "mlp/xor-trained", "mlp/digits-mlp", "depth/highway")
ROUNDS = 3
SIGNS = ("first frame", "engine ready")
NOTED = """
import sys, time
from gradlab.collecting import held_back
with held_back():
    from gradlab.cli import program
    from gradlab.tui.screens.laboratory import Laboratory

def noting(method):
    def run(self, *arguments):
        with open({file!r}, "a") as file:
            print(time.time(), time.process_time(), "numba" in sys.modules, file=file)
        return method(self, *arguments)
    return run

Laboratory._open, Laboratory.show_events = noting(Laboratory._open), noting(Laboratory.show_events)
sys.argv = ["gradlab", "open", {lesson!r}]
program()
"""
BARS = "bars, warm: first frame 0.5 s without numba, engine ready 1.5 s"
PATIENCE = 60.0


def report() -> str:
    """Return a line for each lesson."""
    lines = [f"{'gradlab open':28}" + "".join(f"{f'{name}: s':>18}{'CPU s':>8}{'numba':>8}" for name in SIGNS)]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = folder  # a program that is installed has its bytecode, and tests may not write it
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        lines += [line(lesson) for lesson in LESSONS]
    return "\n".join([*lines, BARS])


def line(lesson: str) -> str:
    """Return the medians of a lesson; the first opening makes what is kept."""
    opened(lesson)
    rounds = [opened(lesson) for _ in range(ROUNDS)]
    found = f"{lesson:28}"
    for k in range(len(SIGNS)):
        wall, work = (statistics.median(one[k][part] for one in rounds) for part in range(2))
        found += f"{wall:>18.2f}{work:>8.2f}{'yes' if any(one[k][2] for one in rounds) else 'no':>8}"
    return found


def opened(lesson: str) -> list[tuple[float, float, bool]]:
    """Return when each sign came, in seconds of the clock and of CPU, and whether numba was imported."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "noted")
        began, ends = time.time(), time.monotonic() + PATIENCE
        process, terminal = start([sys.executable, "-c", NOTED.format(file=str(file), lesson=lesson)], 120, 40)
        try:
            while time.monotonic() < ends and len(_lines(file)) < len(SIGNS):
                if select.select([terminal], [], [], 0.1)[0]:
                    os.read(terminal, 1 << 16)
        finally:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        return [(float(at) - began, float(work), numba == "True") for at, work, numba in _lines(file)[: len(SIGNS)]]


def _lines(file: Path) -> list[list[str]]:
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []
