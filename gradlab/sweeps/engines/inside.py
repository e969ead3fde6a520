"""Points that are run in this process, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.sweeps.question import Point, Result, SweepQuestion
from gradlab.sweeps.worker import PointRunner, run_points


class Inside:
    """The engine of this process. runner: where the scenario has been read already."""

    workers = 1

    def __init__(self, runner: PointRunner | None = None) -> None:
        self.runner = runner

    def results(self, question: SweepQuestion, points: Iterator[Point], left: int) -> Iterator[list[Result]]:
        """See `Engine`."""
        for point in points:
            yield run_points(question, [point], self.runner)
