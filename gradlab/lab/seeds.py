"""The same deeds under other seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.errors import ActionError
from gradlab.scenario.environment import Environment
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab

SMALL = 64 << 20
"""Bytes of an arena up to which a laboratory of another seed is kept."""


class Seeds:
    """Laboratories that have done the same as one, with other seeds; small ones are kept and go on from where they were."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._kept: dict[int, Lab] = {}
        self._machine = lab.run.machine

    def mean(self, seeds: range, expression: Expression, reading: Callable[[Lab], Environment]) -> Any:
        """Return the mean of an expression over fresh runs of what was done so far. Raises ActionError in such a run.

        reading: how the numbers of such a run are read.
        """
        total: Any = 0.0
        for seed in seeds:
            environment = reading(self._at(seed))
            try:
                total = total + np.asarray(expression.evaluate(environment), np.float64)
            except ActionError as error:
                raise type(error)(f"with seed {seed}: {error}") from None
        return total / len(seeds)

    def _at(self, seed: int) -> Lab:
        if self._machine is not self.lab.run.machine:
            self._kept, self._machine = {}, self.lab.run.machine
        done = self.lab.done
        other = self._kept.pop(seed, None)
        if other is None or other.done != done[: len(other.done)]:
            other = self.lab.fresh(seed)
        other.deadline = self.lab.deadline
        for statement in done[len(other.done) :]:
            other.perform(statement)
        if other.run.machine.nbytes <= SMALL:
            self._kept[seed] = other
        return other
