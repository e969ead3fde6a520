"""A run that was left because another one was begun, kept so that it can be gone back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gradlab.axis.curves import Curves
from gradlab.axis.history import LossHistory
from gradlab.axis.journal import Journal
from gradlab.axis.position import Position
from gradlab.op import Array
from gradlab.train.strips import Strips

if TYPE_CHECKING:
    from gradlab.axis.run import Run
    from gradlab.axis.walker import Walker
    from gradlab.scenario.expressions import Known
    from gradlab.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class LeftModel:
    """A model that was left. known: its names.   backend: the machine that ran it.

    carried: how many deeds of the model that came after it were done in this one before.
    """

    scenario: Scenario
    known: Known
    backend: str
    carried: int = 0


@dataclass(frozen=True, slots=True)
class LeftRun:
    """What was done in a run, where it stood, and what it had recorded.

    text: what was said when it was left.   kept: the checkpoint from which the place where it stood is made.
    model: its model, where the next run was one of another model.   worked_out: what features had worked out of it.
    """

    text: str
    journal: Journal
    at: Position
    marks: dict[str, Position]
    history: LossHistory
    own: list[LossHistory]
    curves: Curves
    strips: Strips | None
    kept: tuple[int, Mapping[int, Array]] | None
    model: LeftModel | None = None
    worked_out: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, walker: Walker, marks: dict[str, Position], worked_out: Mapping[str, Any]) -> LeftRun:
        """Return what has to be kept of a run."""
        run, kept = walker.run, walker.checkpoints
        nearest = kept.nearest(run.at.update - 1)
        checkpoint = (nearest, kept.kept[nearest]) if nearest in kept.kept else None
        return cls(
            text, run.journal, run.at, marks, run.history, run.own, run.curves, run.strips, checkpoint, None, dict(worked_out)
        )

    @property
    def carried(self) -> int:
        """How many deeds of the run that came next were done in this one before."""
        return self.model.carried if self.model is not None else 0

    @property
    def size(self) -> int:
        """The bytes that are kept, about."""
        parts = [*self.journal.origin.leaves.values(), *(self.kept[1].values() if self.kept else ())]
        return sum(array.nbytes for array in parts)

    def restore(self, run: Run, walker: Walker) -> None:
        """Let a run with the same journal, on whatever machine, have recorded the same; then it is walked to the place."""
        run.history, run.own, run.curves = self.history, self.own, self.curves
        if self.strips is not None:
            run.strips = self.strips
            run.machine.measure(self.strips.measures)
        if self.kept is not None:
            walker.checkpoints.keep(*self.kept)
        walker.restore(self.at)
