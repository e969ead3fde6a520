"""The time axis: which positions there are, what lies between two of them, and how a person writes one.

The ops of a phase are counted from 1; leaves, the seed of the backward pass and the commit are not ops. `U.u.end` is written
`(U+1).f.0`. Without `minimize` all positions lie in update 0 and there is no phase u.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from gradlab.axis.origin import RunOrigin
from gradlab.axis.position import PHASES, Position
from gradlab.errors import ActionError
from gradlab.graph.graph import Objective
from gradlab.graph.tape import Tape

UNITS = ("op", "layer", "phase", "update", "epoch")
PHASE_WORDS = {"f": "forward", "b": "backward", "u": "update"}
Roots = Callable[[int], int | None]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The axis of a tape. per_epoch: updates in an epoch.   origin: where it begins.

    roots(U) gives the root of the backward phase of update U, acting(U) the objective whose update it is.
    """

    tape: Tape
    roots: Roots
    acting: Callable[[int], Objective | None]
    per_epoch: int = 1
    origin: RunOrigin = field(default_factory=RunOrigin)

    @property
    def trains(self) -> bool:
        """Whether there is something to minimize, so that there are updates at all."""
        return bool(self.tape.graph.objectives)

    def objective(self, update: int) -> Objective | None:
        """Return the objective that acts in an update: they take turns. What is frozen is no part of it."""
        return self.acting(update)

    def order(self, update: int, phase: str) -> tuple[int, ...]:
        """Return the nodes whose ops run in a phase of an update, in that order."""
        if phase == "f":
            return self.tape.forward_order
        if phase == "b":
            root = self.roots(update)
            return () if root is None else self.tape.backward_order(root)
        objective = self.objective(update)
        return objective.updates if objective else ()

    def count(self, update: int, phase: str) -> int:
        """Return the number of ops of a phase."""
        return len(self.order(update, phase))

    def nearest(self, at: Position) -> Position:
        """Return the position itself, or the nearest one in its update that there is."""
        if at.phase == "b" and self.roots(at.update) is None:
            return self.end(at.update, "f")
        return Position(at.update, at.phase, min(at.op, self.count(at.update, at.phase)))

    def end(self, update: int, phase: str) -> Position:
        """Return the position behind the last op of a phase; behind u it is the beginning of the next update."""
        if phase == "u":
            return Position(update + 1)
        return Position(update, phase, self.count(update, phase))

    def last(self, update: int) -> Position | None:
        """Return the last position of the axis, or None where it goes on for ever."""
        if self.trains:
            return None
        return self.end(0, "f" if self.roots(update) is None else "b")

    def next(self, at: Position) -> Position | None:
        """Return the position after one more op, or None at the end of the axis."""
        for phase in PHASES[PHASES.index(at.phase) :]:
            done = at.op if phase == at.phase else 0
            if done < self.count(at.update, phase):
                return self.normal(Position(at.update, phase, done + 1))
        if self.trains:
            return Position(at.update + 1)
        if at.phase == "f" and self.roots(at.update) is not None:
            return Position(at.update, "b", 0)
        return None

    def previous(self, at: Position) -> Position | None:
        """Return the position with one op less, or None at the beginning."""
        if at.op > 0:
            return Position(at.update, at.phase, at.op - 1)
        for phase in reversed(PHASES[: PHASES.index(at.phase)]):
            if count := self.count(at.update, phase):
                return Position(at.update, phase, count - 1)
        if at.phase != "f":
            return Position(at.update)
        if at <= self.origin.position:
            return None
        return self.previous(Position(at.update - 1, "u", self.count(at.update - 1, "u")))

    def normal(self, at: Position) -> Position:
        """Write the end of a phase u as the beginning of the next update."""
        if at.phase == "u" and at.op >= self.count(at.update, "u"):
            return Position(at.update + 1)
        return at

    def executed(self, at: Position) -> int:
        """Return the node whose op was executed last, or -1."""
        previous = self.previous(at)
        if previous is None:
            return -1
        if at.op > 0:
            return self.order(at.update, at.phase)[at.op - 1]
        after = self.order(previous.update, previous.phase)
        return after[previous.op] if previous.op < len(after) else -1

    def following(self, at: Position) -> int:
        """Return the node whose op `step` would execute, or -1 at the end."""
        after = self.next(at)
        if after is None:
            return -1
        if after.op == 0 and after.phase == "f":
            order = self.order(at.update, "u")
            return order[-1] if order else -1
        return self.order(after.update, after.phase)[after.op - 1] if after.op else -1

    def forth(self, at: Position, unit: str, number: int = 1) -> Position:
        """Return the position some units further. Raises ActionError beyond the end."""
        if unit in ("update", "epoch"):
            return self._updates_forth(at, number * (self.per_epoch if unit == "epoch" else 1))
        if unit == "op":
            return self._ops_forth(at, number)
        return self._walk(at, number, self._phase_forth if unit == "phase" else self._layer_forth)

    def back(self, at: Position, unit: str, number: int = 1) -> Position:
        """Return the position some units earlier; the beginning when there are not so many."""
        if unit in ("update", "epoch"):
            number *= self.per_epoch if unit == "epoch" else 1
            return Position(max(self.origin.update, at.update - number + (at != Position(at.update))))
        one = {"op": self.previous, "phase": self._phase_back, "layer": self._layer_back}[unit]
        if at == self.origin.position:
            raise ActionError(f"already at the beginning of the run, {at}")
        for _ in range(number):
            before = one(at)
            if before is None:
                break
            at = before
        return at

    def _walk(self, at: Position, number: int, one: Callable[[Position], Position | None]) -> Position:
        for taken in range(number):
            after = one(at)
            if after is None:
                if taken == 0:
                    raise ActionError(self.end_text(at))
                break
            at = after
        return at

    def _ops_forth(self, at: Position, number: int) -> Position:
        """Take whole updates at once, then single ops."""
        while number and self.trains:
            length = sum(self.count(at.update, phase) for phase in PHASES)
            if at != Position(at.update) or number < length or length == 0:
                break
            at, number = Position(at.update + 1), number - length
        return self._walk(at, number, self.next)

    def _updates_forth(self, at: Position, number: int) -> Position:
        if self.trains:
            return Position(at.update + number)
        last = self.last(at.update)
        if last is None or at >= last:
            raise ActionError(self.end_text(at))
        return last

    def _phase_forth(self, at: Position) -> Position | None:
        after = self.next(at)
        if after is None or (after.op == 0 and after.phase == "f"):
            return after
        return self.end(after.update, after.phase)

    def _phase_back(self, at: Position) -> Position | None:
        if at.op > 0:
            return Position(at.update, at.phase)
        before = self.previous(at)
        return None if before is None else Position(before.update, before.phase)

    def _layer_forth(self, at: Position) -> Position | None:
        after = self.next(at)
        layer = self._layer(self.following(at))
        while after is not None and after.phase == at.phase and self._layer(self.following(after)) == layer:
            step = self.next(after)
            if step is None or step.phase != after.phase:
                break
            after = step
        return after

    def _layer_back(self, at: Position) -> Position | None:
        layer = self._layer(self.executed(at))
        before = self.previous(at)
        while before is not None and before.op > 0 and self._layer(self.executed(before)) == layer:
            before = self.previous(before)
        return before

    def _layer(self, index: int) -> str:
        graph = self.tape.graph
        return graph.layer_at(graph.nodes[index], graph.depth) if index >= 0 else ""

    def end_text(self, at: Position) -> str:
        """Say why there is nothing behind the end of the axis."""
        return f"{at} is the end: without `minimize` there is one update, which ends with its backward phase"

    def ops_between(self, start: Position, stop: Position) -> Iterator[tuple[Position, int]]:
        """Return each op executed between two positions: the position behind it and its node."""
        at = start
        while at < stop:
            node = self.following(at)
            after = self.next(at)
            if after is None or after > stop:
                return
            yield after, node
            at = after
