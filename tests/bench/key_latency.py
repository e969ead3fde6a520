"""How long it takes from a key to the last byte that the terminal gets for it, in a pseudo-terminal.

    python -m tests.bench.key_latency [SCENARIO] [--keys nnnN] [--size 120x40] [--command …]

It starts the program in a pseudo-terminal, waits until the screen is quiet, sends one key at a time, and notes when the last
byte came before the screen was quiet again. It prints median, 95th percentile (the bar is 30 ms) and the bytes of a key.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import shlex
import signal
import statistics
import struct
import sys
import termios
import time
from collections.abc import Sequence

QUIET = 0.15
BAR_MS = 30.0


def start(command: Sequence[str], columns: int, rows: int, term: str = "xterm-256color") -> tuple[int, int]:
    """Start a program in a pseudo-terminal and return its process and the terminal's other end."""
    process, terminal = pty.fork()
    if process == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.environ.update(TERM=term, COLORTERM="truecolor", LC_ALL="C.UTF-8")
        os.execvp(command[0], list(command))
    return process, terminal


def drain(terminal: int, quiet: float) -> tuple[float, int]:
    """Read until nothing has come for `quiet` seconds; return when the last byte came (0 if none did), and how many came."""
    last, count = 0.0, 0
    while select.select([terminal], [], [], quiet)[0]:
        try:
            count += len(os.read(terminal, 1 << 16))
        except OSError:
            break
        last = time.perf_counter()
    return last, count


def measure(terminal: int, keys: str, repeats: int) -> tuple[list[float], list[int]]:
    """Send the keys again and again; return the milliseconds and the bytes of each."""
    times: list[float] = []
    sizes: list[int] = []
    for _ in range(repeats):
        for key in keys:
            sent = time.perf_counter()
            os.write(terminal, key.encode())
            last, count = drain(terminal, QUIET)
            if count:
                times.append(1000 * (last - sent))
                sizes.append(count)
    return times, sizes


def report(times: list[float], sizes: list[int]) -> None:
    """Print the figures."""
    ordered = sorted(times)
    p95 = ordered[max(0, round(0.95 * len(ordered)) - 1)]
    median, size = statistics.median(ordered), statistics.median(sizes)
    verdict = "ok" if p95 <= BAR_MS else "over the bar"
    print(f"keys {len(ordered)}   median {median:.1f} ms   p95 {p95:.1f} ms   worst {ordered[-1]:.1f} ms   bytes {size:.0f}")
    print(f"bar {BAR_MS:.0f} ms at p95: {verdict}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("scenario", nargs="?", default="circuits/sigmoid-neuron")
    parser.add_argument("--keys", default="nnnnnnnnnnnnnnNNNNNNNNNNNN")
    parser.add_argument("--size", default="120x40")
    parser.add_argument("--repeats", type=int, default=4)
    parser.add_argument("--command", help="another program to measure")
    given = parser.parse_args()
    columns, rows = map(int, given.size.split("x"))
    command = shlex.split(given.command) if given.command else [sys.executable, "-m", "gradlab", "open", given.scenario]
    process, terminal = start(command, columns, rows)
    try:
        drain(terminal, 3.0)
        measure(terminal, given.keys, 1)
        report(*measure(terminal, given.keys, given.repeats))
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


if __name__ == "__main__":
    main()
