"""What all engines have in common: points in, results out, in whatever order; and how many points are sent at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Protocol

from gradlab.sweeps.question import Point, Result, SweepQuestion

BUNDLE = 0.4
"""Seconds that a bundle of points should take: much longer than sending it, and short enough to see what comes."""
PART = 8
"""How much smaller the last bundles may be, which are shared by all workers: else most tasks would be of single points."""
MOST = 10_000
"""Points of a bundle."""


class Engine(Protocol):
    """Runs points. workers: how many at once."""

    @property
    def workers(self) -> int:
        """How many points are run at once."""
        ...

    def results(self, question: SweepQuestion, points: Iterator[Point], left: int) -> Iterator[list[Result]]:
        """Yield what came of the points, as it comes; every point once. left: how many there are."""
        ...


class Bundles:
    """Points in bundles that take about as long as they should; how long points take is learned as results come.

    left: how many points there are still to be given out, so that the last bundles are shared by all workers.
    seconds: how long a bundle should take.
    """

    def __init__(self, points: Iterator[Point], left: int, workers: int, seconds: float = BUNDLE) -> None:
        self._points, self.left, self.workers, self.seconds = points, left, workers, seconds
        self._size = 1

    def take(self) -> list[Point]:
        """Return the next bundle; an empty one at the end."""
        fair = max(-(-self.left // (2 * self.workers)), self._size // PART)
        bundle = list(islice(self._points, max(1, min(self._size, fair, MOST))))
        self.left -= len(bundle)
        return bundle

    def learn(self, results: list[Result]) -> None:
        """Take note of how long points took."""
        spent = sum(result.seconds for result in results)
        if results:
            fitting = int(self.seconds * len(results) / max(spent, 1e-6))
            self._size = max(1, min(fitting, 4 * max(self._size, len(results)), MOST))
