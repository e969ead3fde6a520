"""A point of the time axis, and the states that values and gradients are in there (SEMANTICS §1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import total_ordering


class State(IntEnum):
    """The state of a value or of a gradient (SEMANTICS §1)."""

    PENDING = 0
    DONE = 1
    PARTIAL = 2
    FINAL = 3
    PAST = 4
    STALE = 5
    UNREACHED = 6


PHASES = ("f", "b", "u")


@total_ordering
@dataclass(frozen=True, slots=True)
class Position:
    """A point of the time axis: update, phase, ops executed in that phase. Orders as the axis runs: f, b, u."""

    update: int = 0
    phase: str = "f"
    op: int = 0

    def __str__(self) -> str:
        return f"{self.update}.{self.phase}.{self.op}"

    def __lt__(self, other: Position) -> bool:
        return self.rank < other.rank

    @property
    def rank(self) -> tuple[int, int, int]:
        """What positions are ordered by."""
        return self.update, PHASES.index(self.phase), self.op
