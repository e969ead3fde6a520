"""How long `gradlab run` takes for the XOR scenario: with an empty cache of kernels, and with a full one."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

SCENARIO = "mlp/xor-trained"
ROUNDS = 5
BARS = {"cold": 2.5, "warm": 0.6}


def report() -> str:
    """Return a table of wall clock seconds, from the start of the process to its end."""
    lines = [f"{'seconds of a process':24}{'cold':>8}{'warm':>8}    bars {BARS['cold']} and {BARS['warm']}"]
    for backend in ("auto", "jit"):
        cold, warm = measure(backend)
        lines.append(f"{'run, one update, ' + backend:24}{cold:>8.2f}{warm:>8.2f}")
    return "\n".join(lines)


def measure(backend: str) -> tuple[float, float]:
    """Return the median seconds without and with the kernels in the cache."""
    cold = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            cold.append(run(backend, folder))
    with tempfile.TemporaryDirectory() as folder:
        run("jit", folder)
        warm = [run(backend, folder) for _ in range(ROUNDS)]
    return statistics.median(cold), statistics.median(warm)


def run(backend: str, folder: str) -> float:
    """Start a process that runs one whole update and give its wall clock seconds."""
    command = [sys.executable, "-m", "gradlab", "run", SCENARIO, "step update", "--backend", backend]
    start = time.perf_counter()
    subprocess.run(command, env=os.environ | {"GRADLAB_CACHE": folder}, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start
