"""The evidence that all rules read: a run looked at in its first update, in an early one and at its end, and all along.

It is made once, on a fresh twin: the lab that is examined stands where it stood. What costs more than the run itself is
computed when a rule asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from time import monotonic
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from gradlab import interruption
from gradlab.axis.journal import Deed, Journal
from gradlab.axis.origin import RunOrigin
from gradlab.axis.position import Position
from gradlab.diagnose.aims import aimed
from gradlab.diagnose.bench import DataBench
from gradlab.diagnose.chance import chance
from gradlab.diagnose.curvature import Curvature, Hessian, curvature
from gradlab.diagnose.depth import Depth, depth_of
from gradlab.diagnose.heldout import HeldOutRun, held_out
from gradlab.diagnose.optimizer import OptimizerFacts, marks_of, optimizer_of
from gradlab.diagnose.parts import EARLY
from gradlab.diagnose.roles import Roles
from gradlab.diagnose.series import MOST, Meter, RunSeries
from gradlab.diagnose.sight import Sight, look
from gradlab.diagnose.whole import WholeData
from gradlab.graph.graph import Graph, Objective
from gradlab.graph.leftover import left_over
from gradlab.graph.tape import refuse
from gradlab.lab.core import Core, Stopped
from gradlab.op import Array

CHANCE = 1e-12
"""Loss of the best constant output below which nothing is to be learned."""
GAINED = 0.35
"""Share of what is possible in accuracy or R² from which a network has learned."""
INTERRUPTED = "interrupted"
ARENAS = 6
"""How often the numbers of a run are there while it is diagnosed: the run, a machine beside it, three updates, one to ask."""
HELD = 256 << 20
"""Bytes of the parameters that are kept of all these points."""
CORNERS = 25
"""Points of a run at which held-out data are looked at, at most."""
Leaves = Mapping[int, Array]
Stage = Callable[[str], None]
T = TypeVar("T")


class Examination:
    """One examination.

    graph: of the model and its update.   first, last: the first and the last update, the same where there was only one.
    early: update 5, if it came to that.   losses: pairs of update and loss, in order.   series: what was measured of each.
    leaves: what parameters, statistics and the optimizer's memory held in the beginning (0) and at the end (the number of
    updates that were made).   updates: how many were made.   wanted: how many were to be.   stopped: why there are fewer,
    or "".   seconds: that the training took.   begins: the update of the training with which it began, which is its update 0.
    place: of the objective that is judged: the first that is trained in the run.
    """

    def __init__(self, lab: Core, wanted: int, place: int | None = None) -> None:
        self._lab, self.wanted = lab, wanted
        self.graph: Graph = lab.graph
        trained = (one for one, made in enumerate(lab.run.turns.made(wanted)) if made)
        self.place = next(trained, 0) if place is None else place
        self.objective: Objective | None = self.graph.objectives[self.place] if self.graph.objectives else None
        self.first: Sight
        self.early: Sight | None = None
        self.last: Sight
        self.losses: tuple[tuple[int, float], ...] = ()
        self.series: RunSeries | None = None
        self.leaves: dict[int, Leaves] = {}
        self.updates = 0
        self.stopped = ""
        self.seconds = 0.0
        self.begins = 0
        self.used: Leaves | None = None
        self._left = left_over(lab.graph)
        self._held: list[tuple[int, Leaves]] = []

    def note_used(self) -> None:
        """Keep the gradients of the first update as they were used, where earlier steps have left some."""
        used = {param: grad for param in self._left if (grad := self.first.grad(param)) is not None}
        self.used = used or None

    def fresh(self, param: int) -> Array | None:
        """Return the gradient of a parameter in the first update, without what earlier steps have left."""
        grad = self.first.grad(param)
        left = self.first.value(self._left[param]) if param in self._left else None
        return grad if grad is None or left is None else grad - left

    # What the run is.

    @cached_property
    def start(self) -> bool | None:
        """True where the run begins with the first step of its training; None where it goes on.

        Steps before it were counted, or the optimizer remembers them.
        """
        nodes = self.graph.nodes
        kept = [(nodes[i].feed, array) for i, array in self.leaves[0].items() if nodes[i].phase == "u"]
        fresh = all(feed is None or np.array_equal(array, feed.value(0, 0)) for feed, array in kept)
        return True if self.begins == 0 and fresh else None

    @property
    def root(self) -> int:
        """The loss that is looked at; of a model that is not trained, what it gives."""
        return self.objective.root if self.objective else (self.graph.default_root() or self.graph.nodes[-1]).index

    @cached_property
    def roles(self) -> Roles:
        """What the parts of the model are for."""
        return aimed(Roles(self.graph, self.root, dict(self.first.values)), self.bench, self.leaves[0])

    @cached_property
    def depth(self) -> Depth:
        """The layers in series."""
        return depth_of(self.roles)

    @cached_property
    def optimizer(self) -> OptimizerFacts | None:
        """The facts of the optimizer."""
        if self.objective is None:
            return None
        rates = self.series.rate if self.series is not None else np.zeros(0)
        return optimizer_of(self.graph, self.objective, self.first.values, self.last.values, rates)

    @property
    def batch(self) -> int:
        """Samples of one batch; 0 where nothing has samples."""
        leaves = [*self.roles.targets, *self.roles.inputs]
        return next((self.graph.nodes[i].shape[0] for i in leaves if self.graph.nodes[i].shape), 0)

    @property
    def per_epoch(self) -> int:
        """Updates of one epoch."""
        return max(1, self._lab.model.epoch)

    @cached_property
    def epochs(self) -> npt.NDArray[np.float64]:
        """The mean loss of each whole epoch of the run, in order. Where an epoch is one update these are the losses."""
        per, count = self.per_epoch, self.updates // self.per_epoch
        found = np.array([loss for update, loss in self.losses if update < per * count], np.float64)
        place = np.array([update // per for update, _ in self.losses if update < per * count], np.int64)
        if not len(found):
            return np.zeros(0)
        names, where = np.unique(place, return_inverse=True)
        return np.bincount(where, weights=found, minlength=len(names)) / np.bincount(where)

    @property
    def recurrent(self) -> bool:
        """Whether a layer has time steps."""
        return self.depth.recurrent

    # All data.

    @cached_property
    def bench(self) -> DataBench:
        """A machine beside the run."""
        return DataBench(self._lab, self.root)

    def whole(self, update: int, mode: str) -> WholeData:
        """Return all training data at the beginning (0) or the end (`updates`) of the run, in mode train or eval."""
        return WholeData(mode, update, self.roles, self.bench, self.leaves[update])

    @cached_property
    def begun(self) -> WholeData:
        """All training data in mode train, before the first update."""
        return self.whole(0, "train")

    @cached_property
    def ended(self) -> WholeData:
        """All training data in mode eval, behind the last update."""
        return self.whole(self.updates, "eval")

    @cached_property
    def ended_train(self) -> WholeData:
        """All training data in mode train, behind the last update."""
        return self.whole(self.updates, "train")

    @cached_property
    def held_out(self) -> HeldOutRun | None:
        """Held-out data through the run; None where there are none."""
        return held_out(self._lab, self.roles, self._held, lambda: self.whole(0, "eval").loss)

    # What is judged by.

    @cached_property
    def chance(self) -> float | None:
        """L_c, the loss of the best constant output; None where it cannot be told."""
        return chance(self.bench, self.roles, self.leaves[0])

    @cached_property
    def end(self) -> float | None:
        """L_end, the loss of the training data in mode eval at the end."""
        return self.ended.loss if self.roles.root >= 0 and self.objective is not None else None

    @cached_property
    def learned(self) -> bool | None:
        """Whether the network has learned; None where that means nothing.

        L_end < ½ L_c, or 35 % of what is possible in accuracy gained, and not by luck. A loss that is not finite is not
        learned; one of probabilities that is below 0 has targets that are none, and says nothing.
        """
        if self.end is None or self.objective is None:
            return None
        if not np.isfinite(self.end):
            return False
        if self.chance is None or self.chance < CHANCE:
            return None
        says = self.end >= 0 or not self.roles.probability
        return bool(says and self.end < 0.5 * self.chance) or self.ended.scores.beats_luck(GAINED)

    def share(self, loss: float) -> float | None:
        """Return a loss as a share of that of the best constant output."""
        return None if self.chance is None or self.chance < CHANCE else loss / self.chance

    @cached_property
    def curvature(self) -> Curvature | None:
        """How the loss bends at the end. Some hundred passes: asked for late."""
        if self.objective is None:
            return None
        return curvature(Hessian(self.bench, self.leaves[self.updates], self.objective.params))

    def curvature_at(self, update: int, steps: int = 24) -> Curvature | None:
        """Return the same at the beginning (0) or the end (`updates`)."""
        if self.objective is None:
            return None
        return curvature(Hessian(self.bench, self.leaves[update], self.objective.params), steps)

    # Asking again.

    def again(self, change: str, updates: int) -> Examination:
        """Examine the same run with a change of its model, `NAME=EXPR`. Raises ScenarioError, ArgumentError, Stopped."""
        from gradlab.lab.beside.others import with_changes

        other = with_changes(self._lab, [change])
        other.deadline, other.on_chunk = self._lab.deadline, self._lab.on_chunk
        return examine(other, updates)

    def note(self, last: int) -> None:
        """Keep what leaves hold now that updates change. last: the update behind which the run ends."""
        run = self._lab.run
        kept = {i: run.machine.value(i).copy() for i in run.followers}
        if run.at.update in (0, last):
            self.leaves[run.at.update] = kept
        if not self._held or self._held[-1][0] < run.at.update:
            self._held.append((run.at.update, {i: array for i, array in kept.items() if self.graph.nodes[i].phase == "f"}))
        while len(self._held) > 3 and len(self._held) * sum(array.nbytes for array in self._held[0][1].values()) > HELD:
            self._held[:] = [*self._held[:-1:2], self._held[-1]]

    @property
    def lab(self) -> Core:
        """The twin that was examined."""
        return self._lab

    @property
    def left(self) -> float:
        """Seconds until the time is over."""
        return float("inf") if self._lab.deadline is None else self._lab.deadline - monotonic()

    def broken_off(self, by: BaseException) -> None:
        """Take note that Ctrl-C has ended what was done after the run; the end of the time is told where it matters."""
        if isinstance(by, KeyboardInterrupt):
            interruption.forget()
            self.stopped = self.stopped or INTERRUPTED

    def lacks(self, part: str) -> bool:
        """Return whether a part is not there in this run. What is computed late is taken as there, if it can be."""
        late = {"curvature": self.objective, "ended": self.objective, "ended_train": self.objective, "begun": self.objective}
        if part in late:
            return late[part] is None
        found = getattr(self, part)
        return found is None or (isinstance(found, tuple | np.ndarray) and len(found) == 0)


def examine(
    lab: Core, updates: int, deeds: Sequence[Deed] = (), stage: Stage = lambda text: None, origin: RunOrigin | None = None
) -> Examination:
    """Examine a run of some updates on a fresh twin of a lab, from the beginning, with its seed.

    deeds: what was done in the run.   stage: is told how far it is.   origin: what was loaded in the beginning, if anything.
    A model without `minimize` is looked at in its only update. When the time of the lab is over, or after Ctrl-C, the run ends
    where it is. Raises BoundError where there is no memory.
    """
    refuse("a run that is diagnosed, and what is kept of it,", ARENAS * lab.tape.bytes, lab.memory)
    twin = lab.fresh(lab.run.origin.seed)
    first = origin or twin.journal.origin
    twin.take_up(Journal(twin.journal.forward_ops, replace(first, update=0, stretches=()), deeds))
    twin.deadline, twin.on_chunk = lab.deadline, lab.on_chunk
    found = _Examiner(twin, max(updates, 1), stage).examined()
    found.begins = first.update
    return found


class _Examiner:
    """One run while it is examined."""

    def __init__(self, lab: Core, updates: int, stage: Stage) -> None:
        self.lab, self.stage = lab, stage
        self.found = Examination(lab, updates)
        self.wanted = self.found.wanted = self._last_of_judged(updates)
        self.meter: Meter | None = None

    def _last_of_judged(self, updates: int) -> int:
        """Return how many updates there are up to the last one of the objective: behind it others may spoil its loss."""
        turns = self.lab.run.turns
        mine = (update for update in range(updates - 1, -1, -1) if turns.of(update).objective == self.found.place)
        return updates if len(turns.times) < 2 else next(mine, 0) + 1

    def examined(self) -> Examination:
        """Run it, and return what was seen."""
        found, began = self.found, monotonic()
        self._note()
        if not self.lab.run.timeline.trains:
            found.first = found.last = self._at_leisure(lambda: look(self.lab, 0))
            self._note()
            return found
        found.first = self._at_leisure(self._start)
        found.note_used()
        try:
            self._go_on()
        except (Stopped, KeyboardInterrupt) as stopped:
            interruption.forget()
            found.stopped = str(stopped) or INTERRUPTED
            self._at_leisure(self._rest)
        found.seconds = monotonic() - began
        found.losses = (self.lab.run.own[found.place] if self.lab.run.own else self.lab.run.history).pairs(0, 1 << 30)
        if self.meter is not None:
            found.series = self.meter.series(found.updates)
        return found

    def _start(self) -> Sight:
        """Look at the first update, with everything measured from it on."""
        lab, judged = self.lab, self.found.objective
        assert judged is not None, "the run trains"
        zs = [row.z for row in depth_of(Roles(lab.graph, judged.root, {})).all if row.z is not None]
        self.meter = Meter(marks_of(lab.graph, judged), zs, self.found.place)
        lab.run.curves.series.append(self.meter.curve())
        sight = look(lab, 0)
        self.found.last, self.found.updates = sight, 1
        self._note()
        return sight

    def _go_on(self) -> None:
        """Run to the end, and look at an early update, at the last one, and at what is kept on the way."""
        found, last, meter = self.found, self.wanted - 1, self.meter
        assert meter is not None
        if last > EARLY:
            found.early = look(self.lab, EARLY)
            found.last, found.updates = found.early, EARLY + 1
        meter.every = max(1, self.wanted // MOST)
        stops = sorted({int(stop) for stop in np.linspace(0, last, CORNERS)})
        for stop in stops:
            if self.lab.position.update < stop:
                self._walk(stop)
        if last > 0 and found.last.update < last:
            found.last = look(self.lab, last)
        found.updates = self.wanted
        self._note()

    def _walk(self, stop: int) -> None:
        """Go to the beginning of an update; a very long run at full speed between those that are measured."""
        lab = self.lab
        if self.wanted > 10 * MOST and lab.position.update >= 20:
            lab.run.curves.series[-1].every = self.wanted // MOST
        self.stage(f"training, update {stop:,} of {self.wanted:,}")
        lab.go(Position(stop))
        self._note()

    def _rest(self) -> None:
        """Look at the update that the run came to when the time was over."""
        self.found.updates = max(1, self.lab.position.update)
        self.lab.go(Position(self.found.updates))
        if self.found.updates > 1:
            self.found.last = look(self.lab, self.found.updates - 1)
        self._note()

    def _at_leisure(self, done: Callable[[], T]) -> T:
        """Do something whether there is time or not: without an update nothing can be said."""
        deadline, self.lab.deadline = self.lab.deadline, None
        try:
            return done()
        finally:
            self.lab.deadline = deadline

    def _note(self) -> None:
        """Keep what leaves hold that updates change."""
        self.found.note(self.found.updates)
