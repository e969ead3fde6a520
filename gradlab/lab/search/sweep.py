"""Running forth and looking at conditions on the way: whole updates at full speed where nothing is in the way of it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from gradlab.axis.environment import NotReady, RunEnvironment
from gradlab.axis.position import Position
from gradlab.axis.run import Run
from gradlab.axis.walker import SLICE, Walker
from gradlab.lab.search.conditions import Judged
from gradlab.lab.search.lookout import Lookout, bad_behind, bad_now, bad_update
from gradlab.op import Array
from gradlab.scenario.expressions import Known

if TYPE_CHECKING:
    from gradlab.lab.core import Core

MOST = 500
"""Losses that are looked at in one stretch."""
Saw = Callable[[Lookout, int, Position | None, Judged], bool]
"""Takes a look: at what, in which update, where (None: somewhere in it), and what came of it. Returns whether to stop there."""


class MadeEnvironment(RunEnvironment):
    """Reads the numbers of an update that has just been made, straight from the machine.

    before: values of leaves from before the update, by index.   leaves: those of them that a condition reads so: all, or none
    when it is looked at behind the commit.   root: where the backward pass began.
    """

    def __init__(self, run: Run, known: Known) -> None:
        super().__init__(run, known)
        self.before: Mapping[int, Array] = {}
        self.leaves: Mapping[int, Array] = {}
        self.root = -1

    def value_of(self, index: int, name: str) -> Array:
        """Return a value."""
        of = self.run.graph.nodes[index].attrs.get("of") if self.run.graph.nodes[index].op.role == "gradient" else None
        if of is not None:
            return self.grad_of(int(of), name)
        kept = self.leaves.get(index)
        return self.run.machine.value(index) if kept is None else kept

    def grad_of(self, index: int, name: str) -> Array:
        """Return a gradient."""
        if not self.run.tape.backward_program(self.root).reached[index]:
            return np.zeros(self.run.graph.nodes[index].shape, self.run.tape.dtype)
        return self.run.machine.grad(index)

    def update(self, name: str) -> Array:
        """Return what the update adds."""
        index, machine = self.known.nodes[name], self.run.machine
        objective = self.run.timeline.objective(self.run.at.update - 1)
        assert objective is not None
        following = next(n for n, leaf in objective.commits if leaf == index)
        return np.asarray(machine.value(following) - self.before[index])


class LossEnvironment(MadeEnvironment):
    """Knows one number."""

    loss: Array

    def value_of(self, index: int, name: str) -> Array:
        """Return the loss."""
        return self.loss


class Sweep:
    """Moves a walker forth; `saw` is told every look behind `seen`, a pair (update, position), in the order of the axis."""

    def __init__(self, core: Core, walker: Walker, lookouts: Sequence[Lookout], saw: Saw, seen: tuple[int, Position]) -> None:
        self.core, self.lookouts, self.saw, self.seen = core, lookouts, saw, seen
        self.stopped = False
        self.use(walker)

    def use(self, walker: Walker) -> None:
        """Go on with another walker, which stands where the last one stood."""
        self.walker, self.run = walker, walker.run
        self.made, self.one = MadeEnvironment(self.run, self.core.known), LossEnvironment(self.run, self.core.known)
        nodes = self.run.graph.nodes
        changing = {*self.run.followers, *self.run.tape.clocks, *(n.index for n in self.run.tape.varying)}
        steady = {n.index for n in nodes if n.is_leaf and n.index not in changing}
        self.captured = sorted({i for one in self.lookouts for i in one.leaves(self.run)} - steady)
        self.losses = all(one.only_root(self.run) for one in self.lookouts)
        self.slow = any(one.slow for one in self.lookouts)

    def to(self, target: Position) -> Generator[None]:
        """Go to a position, or to behind the look that `saw` stops at."""
        bound = Position(target.update + (not self.walker.keeps_past))
        while not self.stopped and self.run.at < target:
            number = 0 if self.slow or self.seen[0] >= self.run.at.update else self.walker.whole_updates(bound)
            if number and self.losses:
                self._stretch_of_losses(min(number, MOST))
                yield
            elif number:
                self._stretch(number)
                yield
            else:
                yield from self._one_update(target)

    def _look(self, one: Lookout, update: int, where: Position | None, verdict: Judged) -> None:
        self.stopped |= self.saw(one, update, where, verdict)

    def _stretch_of_losses(self, number: int) -> None:
        first, began = self.run.at.update, perf_counter()
        number = min(number, self.walker.updates.units)
        losses = self.walker.run_updates(number)
        self.walker.updates.learn(len(losses), perf_counter() - began)
        for update, loss in enumerate(losses, first):
            self.one.loss = np.asarray(loss)
            for one in self.lookouts:
                assert one.condition is not None
                self._look(one, update, one.usually_at(self.run, update), one.condition.judge(self.one))
            if self.stopped:
                break
        self._arrive()

    def _stretch(self, number: int) -> None:
        """Run updates one by one for a slice of time, and look behind each."""
        began = perf_counter()
        machine = self.run.machine
        for _ in range(number):
            update = self.run.at.update
            before = {i: machine.value(i).copy() for i in self.captured}
            objective = self.run.timeline.objective(update)
            assert objective is not None
            self.walker.run_updates(1)
            self.made.before, self.made.root = before, objective.root
            for one in self.lookouts:
                where = one.usually_at(self.run, update)
                if where is not None:
                    self.made.leaves = before if where.update == update else {}
                    self._look(one, update, where, self._made(one))
                elif one.everywhere:
                    self._look(one, update, None, Judged(bad_update(self.run, update, one)))
            if self.stopped or perf_counter() - began > SLICE:
                break
        self._arrive()

    def _made(self, one: Lookout) -> Judged:
        return Judged(True) if one.condition is None else one.condition.judge(self.made)

    def _arrive(self) -> None:
        self.seen = self.run.at.update - 1, self.run.at
        self.walker.arrive()

    def _one_update(self, target: Position) -> Generator[None]:
        """Stand at every place of this update where something is looked at."""
        update = self.run.at.update
        everywhere = any(one.everywhere for one in self.lookouts)
        while not self.stopped:
            place = self._next_place(update, target, everywhere)
            if place is None:
                break
            yield from self.walker.walk(place)
            self.seen = update, place
            for one in self.lookouts:
                if one.everywhere or one.at(self.run, update) == place:
                    verdict = self.standing(one)
                    if verdict is not None:
                        self._look(one, update, place, verdict)
        if not self.stopped:
            yield from self.walker.walk(min(target, self._end(update, target)))
            self.seen = max(self.seen, (update, self.run.at))

    def _end(self, update: int, target: Position) -> Position:
        return Position(update + 1) if self.run.timeline.trains else target

    def _next_place(self, update: int, target: Position, everywhere: bool) -> Position | None:
        found = {where for one in self.lookouts if not one.everywhere and (where := one.at(self.run, update)) is not None}
        if everywhere:
            after = self.run.timeline.next(max(self.run.at, Position(update)))
            if after is not None and self.run.at.update == update:
                found.add(after)
        ahead = [where for where in found if self.seen < (update, where) and self.run.at <= where <= target]
        return min(ahead, default=None)

    def standing(self, one: Lookout) -> Judged | None:
        """Look where the run stands; None when the numbers are not there, or stale."""
        if one.everywhere:
            return Judged(bad_behind(self.run, one))
        if one.condition is None:
            return Judged(True)
        try:
            return one.condition.judge(self.core.twins.environment(self.run))
        except NotReady:
            return None


def holds_now(core: Core, sweep: Sweep, one: Lookout) -> bool:
    """Return whether a condition held at the last place where it was looked at."""
    if one.everywhere:
        return bad_now(core.run, one)
    verdict = sweep.standing(one)
    return verdict is not None and verdict.held
