"""How many points are sent at once: a scheduler carries a million points on a thousand workers."""

from __future__ import annotations

from collections import deque
from typing import Any, cast

import pytest

from gradlab.sweeps.engines._engine import Bundles
from gradlab.sweeps.engines.cluster import AHEAD, BUNDLE, RATE
from gradlab.sweeps.question import Result

POINTS, WORKERS = 1_000_000, 1000
SCHEDULER = 0.0015
"""Seconds of a scheduler for a task, rather more than was measured."""


def tasks(seconds: float) -> int:
    """Return how many tasks a million points of so many seconds are, which come in the order in which they were sent."""
    bundles = Bundles(cast(Any, iter(range(POINTS))), POINTS, WORKERS, max(BUNDLE, WORKERS / RATE))
    running: deque[int] = deque()
    sent = done = 0
    while True:
        while len(running) < AHEAD * WORKERS and (bundle := bundles.take()):
            running.append(len(bundle))
            sent += 1
        if not running:
            assert done == POINTS
            return sent
        done += (size := running.popleft())
        bundles.learn([Result(0, 1, seconds=seconds)] * size)


@pytest.mark.parametrize(("seconds", "most"), [(0.001, 5_000), (0.01, 9_000), (0.1, 20_000), (1.0, 120_000), (60.0, POINTS)])
def test_a_million_points_on_a_thousand_workers_are_few_tasks(seconds: float, most: int) -> None:
    sent = tasks(seconds)
    assert sent <= most
    whole = POINTS * seconds / WORKERS
    assert sent * SCHEDULER < max(12.0, 0.2 * whole), "the scheduler is idle for most of the time, or it is over in seconds"
