"""Points that are run in this process, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.sweeps.question import Point, Question, Result
from gradlab.sweeps.worker import Bench, run_points


class Inside:
    """The engine of this process. bench: where the scenario has been read already."""

    workers = 1

    def __init__(self, bench: Bench | None = None) -> None:
        self.bench = bench

    def results(self, question: Question, points: Iterator[Point], left: int) -> Iterator[list[Result]]:
        """See `Engine`."""
        for point in points:
            yield run_points(question, [point], self.bench)
