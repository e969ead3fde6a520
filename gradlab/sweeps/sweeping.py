"""A sweep as it runs: its points through an engine, what came of them into a table and, if there is one, into a file.

With stages the points are run for a while, the best part of them goes on for longer, and so on, until one is left. Which ones
go on depends on the results alone, so a sweep that is started again makes the same choice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from math import inf, isfinite

from gradlab.sweeps.engines._engine import Engine
from gradlab.sweeps.engines.inside import Inside
from gradlab.sweeps.question import AskedSweep, Point, Result, State
from gradlab.sweeps.results import Done, SweepFile
from gradlab.sweeps.standing import SweepStanding

STATE, STATES = 4 << 20, 256 << 20
"""Bytes of a state that is worth keeping so that a run can go on, and of all that are kept."""


class Sweeping:
    """One sweep. done: the results so far, by the number of the point and its updates.

    file: where they are kept, or None.   told: called after each bundle of results, with how far it is.
    """

    def __init__(
        self, sweep: AskedSweep, file: SweepFile | None = None, told: Callable[[SweepStanding], object] = lambda standing: None
    ) -> None:
        self.sweep, self.file, self.told = sweep, file, told
        self.done: Done = {} if file is None else file.done
        self.standing = SweepStanding(sweep.plan.runs)
        self._states: dict[int, State] = {}
        for (number, updates), result in self.done.items():
            self.standing.take(sweep.plan.point(number, updates), result, fresh=False)

    def run(self, engine: Engine | None = None) -> None:
        """Run what is missing. What was done stays done whatever breaks it off."""
        plan = self.sweep.plan
        numbers: Sequence[int] = range(plan.size)
        stages = list(plan.stages())
        for stage, (_, updates) in enumerate(stages):
            if stage:
                numbers = self._best(stages[stage - 1][1], numbers, stages[stage][0])
            last = stage == len(stages) - 1
            left = sum((n, updates) not in self.done for n in numbers)
            missing = (self._point(n, updates, keep=not last) for n in numbers if (n, updates) not in self.done)
            for results in (engine or Inside()).results(self.sweep.question, missing, left):
                self._take(results)

    def _point(self, number: int, updates: int, *, keep: bool) -> Point:
        return replace(self.sweep.plan.point(number, updates), begin=self._states.pop(number, None), keep=keep)

    def _take(self, results: Iterable[Result]) -> None:
        pairs = []
        for result in results:
            point = self.sweep.plan.point(result.number, result.updates)
            if result.state is not None:
                self._keep(result.number, result.state)
            pairs.append((point, replace(result, state=None)))
        if self.file is not None:
            self.file.add(pairs)
        for point, result in pairs:
            self.done[point.number, point.updates] = result
            self.standing.take(point, result, fresh=True)
        self.told(self.standing)

    def _keep(self, number: int, state: State) -> None:
        size = sum(array.nbytes for array in state[1].values())
        if size <= STATE and size * (len(self._states) + 1) <= STATES:
            self._states[number] = state

    def _best(self, updates: int, numbers: Sequence[int], count: int) -> list[int]:
        """Return the points of the settings that go on: those whose first measure is least in the mean of the seeds."""
        seeds = len(self.sweep.plan.seeds)
        settings = sorted({number // seeds for number in numbers}, key=lambda one: (self._mean(one, updates), one))
        kept = sorted(settings[:count])
        numbers = [setting * seeds + seed for setting in kept for seed in range(seeds)]
        self._states = {number: state for number, state in self._states.items() if number in {*numbers}}
        return numbers

    def _mean(self, setting: int, updates: int) -> float:
        """Return the mean of the first measure over the seeds; infinite where one of them failed."""
        seeds = len(self.sweep.plan.seeds)
        results = [self.done[setting * seeds + seed, updates] for seed in range(seeds)]
        if any(result.failed or not isfinite(result.measured[0]) for result in results):
            return inf
        return sum(result.measured[0] for result in results) / seeds
