"""Where the time axis of a run begins, and what holds there: by default at update 0, with what the scenario says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gradlab.axis.position import Position
from gradlab.errors import ActionError
from gradlab.graph.turns import Stretch
from gradlab.op import Array


@dataclass(frozen=True, slots=True, eq=False)
class RunOrigin:
    """The beginning of a run. Positions before it do not exist.

    seed, mode: that hold there.   leaves: values that leaves have there, by index; all others are as the scenario gives them.
    frozen: leaves that updates do not change.   stretches: updates that belong to one objective alone.
    steps: how many steps the optimizers have made before.   source: what it was loaded from, or "".   given: whether the
    scenario itself begins there.
    """

    update: int = 0
    seed: int = 0
    mode: str = "train"
    leaves: Mapping[int, Array] = field(default_factory=dict)
    frozen: frozenset[int] = frozenset()
    stretches: tuple[Stretch, ...] = ()
    steps: int = 0
    source: str = ""
    given: bool = False

    @property
    def position(self) -> Position:
        """The first position of the axis."""
        return Position(self.update)

    def missing(self, target: Position | str) -> ActionError:
        """Return what is said of a position before it."""
        begins = f"{target} does not exist: the run begins at {self.position}"
        if self.given:
            return ActionError(f"{begins}, with what `{self.source}` holds")
        return ActionError(f"{begins}, where `{self.source}` was loaded; `undo` brings back the one before")

    @property
    def size(self) -> int:
        """The bytes that its values take."""
        return sum(array.nbytes for array in self.leaves.values())
