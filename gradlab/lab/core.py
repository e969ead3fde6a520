"""The core of a laboratory: a scenario, a run on the time axis, and moving, editing and training it.

It knows no action, no question and no breakpoint: features take a `Core`, and `gradlab.session.Lab` is one that understands
lines.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import cached_property
from time import monotonic
from typing import Any, Self, TypeVar

import numpy as np

from gradlab import interruption
from gradlab.axis.checkpoints import BUDGET, Checkpoints
from gradlab.axis.environment import NEVER, RunEnvironment
from gradlab.axis.journal import BackwardAgain, Deed, Journal
from gradlab.axis.origin import RunOrigin
from gradlab.axis.position import Position
from gradlab.axis.run import Run
from gradlab.axis.walker import Walker
from gradlab.errors import ActionError
from gradlab.graph.graph import Graph
from gradlab.graph.machine import Machine
from gradlab.graph.tape import Tape
from gradlab.lab import leaving
from gradlab.lab.backend import Backend, Nothing
from gradlab.lab.left import LeftRun
from gradlab.lab.models import carried_curves
from gradlab.lab.saved import origin_of
from gradlab.lab.trained import Trained
from gradlab.lab.twins import CoreEnvironment, Twins
from gradlab.lab.undone import TakenBack
from gradlab.outputs import Outputs
from gradlab.scenario.expressions import Known
from gradlab.scenario.model import Scenario

T = TypeVar("T")


class Stopped(ActionError):
    """What was running has been stopped; the text says where."""


class Core:
    """A run of a scenario. It belongs to the thread that uses it; only `cancel` may be called from another one.

    opened: the scenario that it began with, which another one may have taken the place of.
    on_chunk: called between two stretches of work (at most 20 ms each).   deadline: `time.monotonic()` at which work ends.
    progress: of the work that runs, 0 to 1, or None.   notes: what moving and editing want to be said.
    twins: other runs of the same model and journal.   marks: positions with a name.   lines: where the run stood behind each
    line of the recording that it was opened from.   outputs: where it may write.   left: the runs that were left for another
    one.   undone: what was taken back.
    """

    def __init__(self, scenario: Scenario, backend: str = "auto", budget: int = BUDGET) -> None:
        self.scenario, self.model, self.opened = scenario, scenario.model, scenario
        self.tape = Tape(self.model.graph, self.model.dtype, self.memory)
        self.backend = Backend(self.tape, backend) if self.runs else Nothing(self.tape)
        self.journal = Journal(len(self.tape.forward_order), origin_of(scenario, self.tape))
        self.budget = budget
        self._known = scenario.known
        self.run, self.walker = self._begun(self.backend.machine())
        self.twins = Twins(self)
        self._changes = False
        self.progress: float | None = None
        self.notes: list[str] = []
        self.on_chunk: Callable[[], None] | None = None
        self.deadline: float | None = None
        self.version = 0
        self.marks: dict[str, Position] = {}
        self.outputs = Outputs()
        self.left: list[LeftRun] = []
        self.undone: list[TakenBack] = []
        self.lines: dict[int, Position] = {}
        self._cancelled = threading.Event()

    def _begun(self, machine: Machine) -> tuple[Run, Walker]:
        """Return a run at its beginning, and who moves it."""
        run = Run(machine, self.journal, self.model.epoch)
        run.record()
        return run, Walker(run, Checkpoints(self.budget, run.origin.update), reader=self._read)

    def _read(self, run: Run) -> RunEnvironment:
        return self.twins.made(run)

    @property
    def graph(self) -> Graph:
        """The graph of the model and of its update."""
        return self.model.graph

    @property
    def title(self) -> str:
        """The title of the scenario."""
        return self.scenario.title

    @property
    def known(self) -> Known:
        """The names that an expression may use."""
        return self._known

    def keep(self, **constants: Any) -> None:
        """Keep numbers or arrays by names that expressions may use from now on."""
        self._known = self._known.keeping(constants)

    @property
    def position(self) -> Position:
        """Where the cursor stands."""
        return self.run.at

    @cached_property
    def wide_tape(self) -> Tape:
        """The graph laid out in float64, for numerical checks."""
        return Tape(self.graph, "float64", self.memory)

    @property
    def memory(self) -> int:
        """Bytes that all arenas and the work in them may take."""
        return self.scenario.overrides.memory if self.runs else sys.maxsize

    @property
    def runs(self) -> bool:
        """Whether anything is computed: not where the head of the file says `run: never`."""
        return self.scenario.document.head.run != "never"

    def need_run(self) -> None:
        """Raise ActionError where nothing is computed."""
        if not self.runs:
            raise ActionError(NEVER)

    def environment(self) -> CoreEnvironment:
        """Return what names mean at this position."""
        return self.twins.environment(self.run)

    def fresh(self, seed: int) -> Self:
        """Return a new one on the same scenario with another seed."""
        other = type(self)(self.scenario.reseeded(seed), self.backend.wanted, self.budget)
        other.outputs = self.outputs.beside()
        return other

    def beside(self) -> Self:
        """Return another one that has done the same and stands at the same position, and may go where it likes."""
        other = type(self)(self.scenario, self.run.machine.backend, self.budget)
        other.follow(self)
        other._known, other.outputs = self._known, self.outputs.beside()
        kept, nearest = self.walker.checkpoints, self.walker.checkpoints.nearest(self.position.update - 1)
        if nearest in kept.kept:
            other.walker.checkpoints.keep(nearest, kept.kept[nearest])
        other.on_chunk = self.breathe
        other.run.curves, other.marks = self.run.curves.copied(), dict(self.marks)
        other.walker.restore(self.position)
        other.go(self.position)
        return other

    # Moving.

    def go(self, target: Position) -> None:
        """Go to a position. Raises Stopped when told to stop; then the state is that of the position it stopped at."""
        self.finish(self.walk(target))

    def walk(self, target: Position) -> Generator[None]:
        """Walk to a position, a stretch of at most 20 ms at a time.

        When compiled kernels become ready, the state is folded again with them, from the beginning.
        """
        if target != self.position:
            self.need_run()
        began = monotonic()
        for _ in self.walker.walk(target):
            self.backend.worked(monotonic() - began)
            yield
            if self.changes:
                yield from self.change_machine()
                yield from self.walk(target)
                return
            began = monotonic()

    def finish(self, pieces: Generator[None, None, T]) -> T:
        """Do pieces of work to their end, and let others have a turn between them. Raises Stopped when told to stop."""
        with closing(self.guard(pieces)) as guarded:
            try:
                while True:
                    next(guarded)
                    self.breathe()
            except StopIteration as end:
                found: T = end.value
                return found

    def guard(self, pieces: Generator[None, None, T]) -> Generator[None, None, T]:
        """Do pieces of work that move the run; when they are broken off, restore the state of the position they came to."""
        arrived = False
        try:
            found = yield from pieces
            arrived = True
        finally:
            self.touch()
            self.progress = None
            if not arrived:
                self._settle()
        self.notes += dict.fromkeys(self.run.notes)
        self.run.notes.clear()
        return found

    def breathe(self) -> None:
        """Let others have a turn. Raises Stopped when the time is over or somebody said so."""
        interruption.look()
        if self.on_chunk is not None:
            self.on_chunk()
        if self._cancelled.is_set():
            self._cancelled.clear()
            raise Stopped(f"stopped at {self.run.at}")
        if self.deadline is not None and monotonic() > self.deadline:
            raise Stopped(f"the time is over at {self.run.at}")

    def cancel(self) -> None:
        """Stop what is running at the next safe point. May be called from any thread."""
        self._cancelled.set()

    def touch(self) -> None:
        """Take note that something has changed."""
        self.version += 1

    def _settle(self) -> None:
        at = self.run.at
        self.walker.restore(at)
        for _ in self.walker.walk(at):
            pass

    @property
    def changes(self) -> bool:
        """Whether another machine is to take over, because it has become ready or was kept from it before."""
        self._changes |= self.backend.changed
        self.notes += self.backend.take_notes()
        return self._changes

    def use(self, backend: str) -> None:
        """Fold the run again on another machine, and stay with it. Raises ArgumentError for a backend that there is not."""
        self.backend = Backend(self.tape, self.backend.wanted, backend)
        self.finish(self.change_machine())

    def change_machine(self) -> Generator[None]:
        """Do again on another machine what was done, to the present position: one machine makes all numbers of a run.

        Until it has come there the run stays what and where it is, so that nobody sees it go back.
        """
        run, walker = self._begun(self.backend.machine())
        run.curves = self.run.curves.fresh()
        for _ in walker.walk(self.position):
            yield
        self.run, self.walker, self._changes = run, walker, False
        self.twins = Twins(self)

    # Editing.

    def edit(self, deed: Deed) -> None:
        """Write a deed into the journal, and apply it where the cursor stands."""
        self._write(deed)
        self.run.apply(deed)

    def replan(self, deed: Deed, target: Position) -> None:
        """Write a deed that begins a phase of this update anew, and go to a position in it."""
        had_deeds = bool(self.run.plan.deeds)
        self._write(deed)
        if had_deeds or self.run.plan.deeds:
            self.walker.restore(min(target, self.run.at))
        elif isinstance(deed, BackwardAgain) and self.run.at.phase != "f":
            self.walker.rewind(self.run.timeline.end(self.run.at.update, "f"))
        self.go(target)

    def _write(self, deed: Deed) -> None:
        self.need_run()
        self.undone.clear()
        self.journal.append(deed)
        self._forget(deed)

    def _forget(self, deed: Deed) -> None:
        self.walker.checkpoints.forget(deed.position.update)
        self.twins.forget_folds()
        self.touch()

    def undo(self) -> Deed:
        """Delete the last deed, and stand where one stood, or as near as the axis allows. Raises ActionError."""
        if not self.can_undo:
            raise ActionError("nothing to undo")
        if len(self.journal.deeds) <= (self.left[-1].carried if self.left else 0):
            return leaving.go_back(self)
        at, deeds = self.run.at, tuple(self.journal.deeds)
        deed = self.journal.take_back()
        self._forget(deed)
        target = self.run.timeline.nearest(at)
        self.undone.append(TakenBack(deed.text, deeds, at, target))
        self.walker.restore(target)
        self.go(target)
        return deed

    @property
    def can_redo(self) -> bool:
        """Whether there is something to do again."""
        return bool(self.undone)

    def redo(self) -> str:
        """Do again what was last taken back, where one stands, and return how it was said. Raises ActionError."""
        if not self.undone:
            raise ActionError("nothing was taken back since the last edit")
        undone = self.undone.pop()
        if undone.left is not None:
            leaving.go_on(self, undone.text, undone.left)
        else:
            self._become(undone.deeds, undone.at if self.run.at == undone.behind else self.run.at)
        return undone.text

    def become(self, deeds: Sequence[Deed], at: Position) -> None:
        """Stand at a position of the run that other deeds make."""
        self.undone.clear()
        self._become(deeds, at)

    def _become(self, deeds: Sequence[Deed], at: Position) -> None:
        if changed := self.journal.become(deeds):
            self.walker.checkpoints.forget(min(changed))
            self.twins.forget_folds()
            self.touch()
            at = self.run.timeline.nearest(at)
            self.walker.restore(at)
        self.go(at)

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self.journal.deeds or self.left)

    # Beginning somewhere else.

    def begin_at(self, origin: RunOrigin, text: str) -> None:
        """Let a run begin: of what was before nothing exists, until `undo` brings it back. text: as it was said."""
        self.need_run()
        leaving.begin_run(self, origin, text)

    def begin_model(self, scenario: Scenario, text: str) -> tuple[str, ...]:
        """Let another model take the place of this one, until `undo` brings it back; return what cannot be done in it.

        What was done here is done there by its names, and the run stands at the same position. text: as it was said.
        """
        self.need_run()
        return leaving.begin_model(self, scenario, text)

    def model_changed(self, known: Known) -> None:
        """Forget what was worked out of the model before."""
        self._known = known
        self.__dict__.pop("wide_tape", None)

    def follow(self, other: Core) -> None:
        """Begin where another core of the same model begins, and do what was done in it; stand at the beginning."""
        if other.journal.origin.source and not other.journal.origin.given:
            self.take_up(Journal(self.journal.forward_ops, other.journal.origin, other.journal.deeds))
            return
        for deed in other.journal.deeds:
            self.journal.append(deed)
        self.walker.restore(self.position)

    def take_up(self, journal: Journal, machine: Machine | None = None) -> None:
        """Stand at the beginning of another run of the model, on the same machine unless another is given."""
        self.journal, curves = journal, carried_curves(self.run.curves, self.known)
        self.run, self.walker = self._begun(machine or self.run.machine)
        self.run.curves = curves
        curves.begin(journal.origin.update)
        self.twins = Twins(self)
        self.touch()

    # Training.

    def train(self, updates: int = 1) -> Trained:
        """Train for some updates, and return the losses. Raises ActionError without `minimize`."""
        first = self.run.at.update
        with closing(self.train_chunks(updates)) as pieces:
            for done in pieces:
                self.progress = done / updates
                self.breathe()
        self.progress = None
        pairs = self.run.history.pairs(first, 1 << 30)
        return Trained(np.array([u for u, _ in pairs], np.int64), np.array([loss for _, loss in pairs], np.float64))

    def train_chunks(self, updates: int) -> Generator[int]:
        """Train, and yield the number of updates done so far after every piece of at most 20 ms. Raises ActionError."""
        if not self.run.timeline.trains:
            raise ActionError("nothing to train: the model has no `minimize`")
        first = self.run.at.update
        with closing(self.guard(self.walk(Position(first + updates)))) as pieces:
            for _ in pieces:
                yield max(0, self.run.at.update - first)
        yield updates
