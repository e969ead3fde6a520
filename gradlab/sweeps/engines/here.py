"""Points that are run on this computer: the first ones in this process, and in others where that is worth starting them.

What the first point compiles lies in the cache when the others begin.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Self

from gradlab.sweeps.engines.inside import Inside
from gradlab.sweeps.question import Point, Result, SweepQuestion

if TYPE_CHECKING:
    from gradlab.sweeps.engines.processes import Processes

FIRST = 0.5
"""Seconds for which points are run in this process before it is known how long they take."""
START = 3.0
"""Seconds of work from which it pays to start processes."""


class Here:
    """The engine of this computer. jobs: processes at most."""

    def __init__(self, jobs: int) -> None:
        self.workers = jobs
        self._processes: Processes | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._processes is not None:
            self._processes.close()

    def results(self, question: SweepQuestion, points: Iterator[Point], left: int) -> Iterator[list[Result]]:
        """See `Engine`."""
        if self._processes is None:
            yield from Inside().results(question, islice(points, 1), 1)  # compiles, and is no measure of the others
            began, done = monotonic(), 0
            while self.workers == 1 or monotonic() - began < FIRST or (monotonic() - began) / done * (left - 1 - done) < START:
                results = next(Inside().results(question, islice(points, 1), 1), None)
                if results is None:
                    return
                done += 1
                yield results
            left -= 1 + done
            from gradlab.sweeps.engines.processes import Processes

            self._processes = Processes(self.workers)
        yield from self._processes.results(question, points, left)
