"""What drawing costs a training: CPU time of `train N` in a terminal of 120x40, beside the same training without a screen.

Both are pairs of processes that get their work in turns; what is printed are medians. The bar is a tenth.
"""

from __future__ import annotations

import os
import select
import signal
import statistics
import sys
import time

from gradlab.session import Lab, load
from tests.bench.key_latency import drain, start
from tests.bench.keys import cpu_ms

TRAININGS = {"mlp/digits-mlp": 100_000, "mlp/xor-trained": 10_000_000}
ROUNDS = 3
BAR = 0.10
PATIENCE = 120.0
"""Seconds that a training may take."""
IDLE, IDLE_MS = 1.0, 50.0
"""Seconds in which a program that has ended its work runs for fewer milliseconds than these."""


def report() -> str:
    """Return a line a scenario."""
    return "\n".join([f"{'a training':28}{'bare':>10}{'drawn':>10}{'drawing':>10}", *map(line, TRAININGS)])


def line(name: str) -> str:
    """Return what a training costs without a screen and on one, and the share of the drawing."""
    updates = TRAININGS[name]
    lab = load(name, backend="jit")
    lab.do("train 200")
    process, terminal = start([sys.executable, "-m", "gradlab", "open", name], 120, 40)
    try:
        drain(terminal, 3.0)
        drawn_training(process, terminal, 200)
        drain(terminal, 2.0)
        pairs = [(bare_training(lab, updates), drawn_training(process, terminal, updates)) for _ in range(ROUNDS)]
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    bare, drawn = (statistics.median(one) for one in zip(*pairs, strict=True))
    share = drawn / bare - 1
    verdict = "ok" if share <= BAR else "over the bar"
    return f"{name} {updates:>9,}".ljust(28) + f"{bare:>8.0f} ms{drawn:>8.0f} ms{share:>10.1%}  {verdict}"


def bare_training(lab: Lab, updates: int) -> float:
    """Return the milliseconds of CPU of a training without a screen."""
    before = time.process_time()
    lab.do(f"train {updates}")
    return 1e3 * (time.process_time() - before)


def drawn_training(process: int, terminal: int, updates: int) -> float:
    """Return the milliseconds of CPU of a training on the screen, from the last key of its line to its end."""
    os.write(terminal, f":train {updates}".encode())
    drain(terminal, 0.5)
    before = cpu_ms(process)
    os.write(terminal, b"\r")
    ended, ran = time.monotonic() + PATIENCE, before
    while time.monotonic() < ended:
        ran = cpu_ms(process)
        drain_for(terminal, IDLE)
        if cpu_ms(process) - ran < IDLE_MS:
            break
    return ran - before


def drain_for(terminal: int, seconds: float) -> None:
    """Read whatever comes within a time."""
    ended = time.monotonic() + seconds
    while (left := ended - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            os.read(terminal, 1 << 16)
