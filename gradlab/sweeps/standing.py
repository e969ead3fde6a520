"""How far a sweep is: its results are counted as they come, whoever runs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from time import monotonic

from gradlab.sweeps.question import Point, Result


@dataclass(slots=True)
class SweepStanding:
    """How far a sweep is. wanted: results in all stages.   done: there are.   found: made since it was started.

    began: when that was.   failed: of all results.   best: the least first measure, of which point, or None.
    """

    wanted: int
    done: int = 0
    found: int = 0
    failed: int = 0
    began: float = field(default_factory=monotonic)
    best: tuple[float, Point] | None = None

    @property
    def rate(self) -> float:
        """Points a second."""
        return self.found / max(monotonic() - self.began, 1e-9)

    @property
    def left(self) -> float:
        """Seconds that the rest will take, if it goes on like this."""
        return (self.wanted - self.done) / self.rate if self.found else inf

    def start(self) -> None:
        """Begin to measure the time, after what was there before has been counted."""
        self.began, self.found = monotonic(), 0

    def take(self, point: Point, result: Result, *, fresh: bool) -> None:
        """Count a result."""
        self.done += 1
        self.found += fresh
        self.failed += bool(result.failed)
        if not result.failed and result.measured and (self.best is None or result.measured[0] < self.best[0]):
            self.best = result.measured[0], point

    def forget(self, result: Result) -> None:
        """Count a result no more, because its point was run again."""
        self.done -= 1
        self.failed -= bool(result.failed)
