"""Interleaved rounds: every runner once, in turn, again and again; what counts are medians of CPU time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

ROUNDS = 9
SLICE = 0.15
"""Seconds that one runner runs in one round, about."""
MOST = 1 << 23

Runs = Callable[[int], object]


def medians(runners: Mapping[str, Runs], rounds: int = ROUNDS, slice_: float = SLICE) -> dict[str, float]:
    """Return the median seconds that one repetition takes, for each runner: a function of how many repetitions to do."""
    counts = {label: calibrate(runner, slice_) for label, runner in runners.items()}
    times: dict[str, list[float]] = {label: [] for label in runners}
    for _ in range(rounds):
        for label, runner in runners.items():
            times[label].append(seconds(runner, counts[label]) / counts[label])
    return {label: statistics.median(values) for label, values in times.items()}


def seconds(runner: Runs, count: int) -> float:
    """Return the CPU seconds of a number of repetitions."""
    start = time.process_time()
    runner(count)
    return time.process_time() - start


def calibrate(runner: Runs, slice_: float = SLICE) -> int:
    """Return how many repetitions take about a slice; whoever compiles for that number does it now."""
    count = 1
    while True:
        runner(count)
        spent = seconds(runner, count)
        if spent > slice_ / 4 or count >= MOST:
            chosen = max(1, min(MOST, int(count * slice_ / max(spent, 1e-6))))
            if chosen != count:
                runner(chosen)
            return chosen
        count *= 8
