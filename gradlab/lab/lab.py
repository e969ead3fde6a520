"""The laboratory without a screen: a scenario, a cursor on its time axis, and everything that a person can do there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from time import monotonic
from typing import Any, TypeVar

import numpy as np

from gradlab.axis.checkpoints import BUDGET, Checkpoints
from gradlab.axis.digest import digest
from gradlab.axis.environment import RunEnvironment
from gradlab.axis.journal import Entry, Journal, Pass
from gradlab.axis.position import Position
from gradlab.axis.run import Run
from gradlab.axis.walker import Walker
from gradlab.errors import ActionError
from gradlab.graph.gradcheck import Verdict
from gradlab.graph.graph import Graph
from gradlab.graph.tape import Tape
from gradlab.lab import views
from gradlab.lab.backend import Backend
from gradlab.lab.beside.comparing import Comparison
from gradlab.lab.environment import LabEnvironment
from gradlab.lab.script import Outcome, perform
from gradlab.lab.search.breakpoints import Breakpoint, Watch
from gradlab.lab.snapshot import Brief, Line, NodeInfo, Snapshot
from gradlab.lab.why.ledger import Ledger
from gradlab.lab.why.paths import Paths
from gradlab.op import Array
from gradlab.scenario.expressions import Known
from gradlab.scenario.model import Scenario
from gradlab.scenario.script import Statement, read_text
from gradlab.train.statistics import LayerStats

T = TypeVar("T")


class Stopped(ActionError):
    """What was running has been stopped; the text says where."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training gave: pairs of update and loss as arrays; of very many updates only some are kept."""

    updates: Array
    loss: Array


class Lab:
    """One laboratory. It belongs to the thread that uses it; only `cancel` may be called from another one.

    done: the lines that changed the state, for a fresh run that has to do the same.   pending_quiz: the question that waits.
    on_chunk: called between two stretches of work (at most 20 ms each).   deadline: `time.monotonic()` at which work ends.
    breakpoints, watches: what a person asked to be stopped at, and shown.   progress: of a search that runs, 0 to 1.
    compared: what the last comparison found.
    """

    def __init__(self, scenario: Scenario, backend: str = "auto", budget: int = BUDGET) -> None:
        self.scenario, self.model = scenario, scenario.model
        self.tape = Tape(self.model.graph, self.model.dtype, scenario.overrides.memory)
        self.backend = Backend(self.tape, backend)
        self.journal = Journal(len(self.tape.forward_order))
        epoch = max(1, self.model.epoch) * max(1, len(self.graph.objectives))
        self.run = Run(self.backend.machine(), self.journal, self.model.seed, self.model.mode, epoch)
        self.run.record()
        self.budget = budget
        self.walker = Walker(self.run, Checkpoints(budget))
        self.cursor_line = 0
        self.focus = -1
        self.marks: dict[str, Position] = {}
        self.breakpoints: list[Breakpoint] = []
        self.watches: list[Watch] = []
        self.progress: float | None = None
        self.done: list[str] = []
        self.lines: list[Line] = []
        self.statement: Statement | None = None
        self.pending_quiz: Statement | None = None
        self.on_chunk: Callable[[], None] | None = None
        self.deadline: float | None = None
        self.splits: dict[str, tuple[Run, Known]] = {}
        self.seeded: dict[int, Lab] = {}
        self.folds: tuple[Any, Run] | None = None
        self.compared: Comparison | None = None
        self._cancelled = threading.Event()
        self._version = 0

    # What it is.

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
        return self.scenario.known

    @property
    def script(self) -> tuple[Statement, ...]:
        """The statements of the scenario's lab fences."""
        return self.scenario.script

    @property
    def position(self) -> Position:
        """Where the cursor stands."""
        return self.run.at

    @property
    def actions(self) -> tuple[str, ...]:
        """The words that an action line can begin with."""
        from gradlab.actions import ACTIONS

        return tuple(ACTIONS)

    @cached_property
    def nodes(self) -> tuple[NodeInfo, ...]:
        """What does not change about the nodes, in order of their index."""
        return views.node_infos(self.graph)

    @cached_property
    def wide_tape(self) -> Tape:
        """The graph laid out in float64, for numerical checks."""
        return Tape(self.graph, "float64")

    # Doing.

    def do(self, text: str) -> Outcome:
        """Do one action line (several lines are done in order). Raises ActionError, whose text is complete."""
        lines: list[Line] = []
        for statement in read_text(text):
            lines += perform(self, statement).lines
        return Outcome.of(lines)

    def next_line(self) -> Outcome:
        """Do the next statement of the scenario's script; an empty outcome at its end. Raises ActionError."""
        if self.cursor_line >= len(self.script):
            return Outcome(True, ())
        self.cursor_line += 1
        return perform(self, self.script[self.cursor_line - 1])

    def answer(self, text: str) -> Outcome:
        """Answer the question that was asked last. Raises ActionError when there is none."""
        if self.pending_quiz is None:
            raise ActionError("error: no question is open")
        return self.do(f"quiz {self.pending_quiz.rest.text} = {text}")

    def say(self, kind: str, text: str) -> None:
        """Add a line to what the present action says."""
        self.lines.append(Line(kind, text))

    def touch(self) -> None:
        """Take note that something has changed."""
        self._version += 1

    # Moving.

    def go(self, target: Position) -> None:
        """Go to a position. Raises Stopped when told to stop; then the state is that of the position it stopped at."""
        self.finish(self.walked(target))

    def going(self, target: Position) -> Generator[None]:
        """Go to a position, and stop for a moment at least every 20 ms. Whoever does not go on leaves a valid state."""
        yield from self.guarded(self.walked(target))

    def guarded(self, pieces: Generator[None, None, T]) -> Generator[None, None, T]:
        """Do pieces of work that move the run; when they are broken off, make the state of the position they came to anew."""
        arrived = False
        try:
            found = yield from pieces
            arrived = True
        finally:
            self.touch()
            self.progress = None
            if not arrived:
                self.settle()
        for note in dict.fromkeys(self.run.notes):
            self.say("info", note)
        self.run.notes.clear()
        return found

    def finish(self, pieces: Generator[None, None, T]) -> T:
        """Do guarded pieces of work to their end, and let others have a turn between them. Raises Stopped when told to stop."""
        with closing(self.guarded(pieces)) as guarded:
            try:
                while True:
                    next(guarded)
                    self.breathe()
            except StopIteration as end:
                found: T = end.value
                return found

    def walked(self, target: Position) -> Generator[None]:
        """Walk; when compiled kernels become ready, the state is folded again with them, from the beginning."""
        began = monotonic()
        for _ in self.walker.walk(target):
            self.backend.worked(monotonic() - began)
            yield
            if self.backend.changed:
                self.change_machine()
                yield from self.walked(target)
                return
            began = monotonic()

    def breathe(self) -> None:
        """Let others have a turn. Raises Stopped when the time is over or somebody said so."""
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

    def settle(self) -> None:
        """Make the state of the present position anew, after work was broken off in the middle."""
        at = self.run.at
        self.walker.restore(at)
        for _ in self.walker.walk(at):
            pass

    def change_machine(self) -> None:
        """Begin the run again with compiled kernels: one machine makes all numbers of a run."""
        self.run.machine = self.backend.machine()
        self.run.record()
        self.walker = Walker(self.run, Checkpoints(self.budget))
        self.splits, self.seeded, self.folds = {}, {}, None

    # Editing.

    def edit(self, entry: Entry) -> None:
        """Write a deed into the journal, and apply it where the cursor stands."""
        self._write(entry)
        self.run.apply(entry)

    def replan(self, entry: Entry, target: Position) -> None:
        """Write a deed that begins a phase of this update anew, and go to a position in it."""
        had_deeds = bool(self.run.plan.deeds)
        self._write(entry)
        if had_deeds or self.run.plan.deeds:
            self.walker.restore(min(target, self.run.at))
        elif isinstance(entry, Pass) and self.run.at.phase != "f":
            self.walker.rewind(self.run.timeline.end(self.run.at.update, "f"))
        self.go(target)

    def _write(self, entry: Entry) -> None:
        self.journal.append(entry)
        self._forget(entry)

    def _forget(self, entry: Entry) -> None:
        self.walker.checkpoints.forget(entry.position.update)
        self.folds = None
        self.touch()

    def undo(self) -> Entry:
        """Delete the last deed, and stand where one stood, or as near as the axis allows. Raises ActionError."""
        if not self.journal.entries:
            raise ActionError("nothing to undo")
        at = self.run.at
        entry = self.journal.take_back()
        self._forget(entry)
        target = self._clamped(at)
        self.walker.restore(target)
        self.go(target)
        return entry

    def _clamped(self, at: Position) -> Position:
        """Return the position itself, or the nearest one that there still is."""
        timeline = self.run.timeline
        if at.phase == "b" and timeline.roots(at.update) is None:
            return timeline.end(at.update, "f")
        return Position(at.update, at.phase, min(at.op, timeline.count(at.update, at.phase)))

    def fresh(self, seed: int) -> Lab:
        """Return a new laboratory on the same scenario with another seed."""
        from gradlab.lab.opening import reseeded

        return Lab(reseeded(self.scenario, seed), self.backend.wanted, self.budget)

    # Training.

    def train(self, updates: int = 1) -> Trained:
        """Train for some updates; return the losses. Raises ActionError without `minimize`."""
        first = self.run.at.update
        with closing(self.train_chunks(updates)) as pieces:
            for _ in pieces:
                self.breathe()
        pairs = self.run.history.pairs(first, 1 << 30)
        return Trained(np.array([u for u, _ in pairs], np.int64), np.array([loss for _, loss in pairs], np.float64))

    def train_chunks(self, updates: int) -> Generator[int]:
        """Train, and return the number of updates done so far after every piece of at most 20 ms. Raises ActionError."""
        if not self.run.timeline.trains:
            raise ActionError("nothing to train: the model has no `minimize`")
        first = self.run.at.update
        with closing(self.going(Position(first + updates))) as pieces:
            for _ in pieces:
                yield max(0, self.run.at.update - first)
        yield updates

    # Looking.

    def environment(self) -> RunEnvironment:
        """Return what names mean at this position."""
        return LabEnvironment(self)

    def value(self, name: str) -> Array:
        """Return a copy of a value. Raises ActionError for an unknown name, and for a value that is pending or stale."""
        self._index(name)
        return self.environment().value(name)

    def grad(self, name: str) -> Array:
        """Return a copy of a gradient. Raises ActionError for an unknown name, and for a gradient that is not final."""
        self._index(name)
        return self.environment().grad(name)

    def _index(self, name: str) -> int:
        from gradlab.lab.arguments import Words, node
        from gradlab.lab.script import as_action_error
        from gradlab.source import Source

        with as_action_error():
            return self.known.nodes[node(Words(Source("<name>", name).span(0, len(name)), self.known))]

    def set(self, name: str, array: Any) -> None:
        """Write numbers over a value, as the action `set` does. Raises ActionError."""
        from gradlab.lab.editing import write

        write(self, self._index(name), "value", Ellipsis, np.asarray(array), f"set {name}")

    def snapshot(self) -> Snapshot:
        """Return what a face draws."""
        return views.snapshot(self, self._version)

    def brief(self, indexes: Sequence[int]) -> list[Brief]:
        """Return the numbers of some boxes."""
        return views.briefs(self.run, indexes)

    def window(self, index: int, what: str, row0: int = 0, rows: int = 20, col0: int = 0, cols: int = 10) -> views.Window:
        """Return a part of a value ("value") or gradient ("grad") as a table. Raises ActionError when there is none."""
        return views.window(self.run, index, what, (row0, rows), (col0, cols))

    def ledger(self, index: int, element: int | tuple[int, ...] | None = None) -> Ledger:
        """Return where an element of a gradient comes from; without an element the largest. Raises ActionError."""
        return views.ledger_of(self, index, element)

    def paths(self, index: int, element: int | tuple[int, ...] | None = None) -> Paths:
        """Return the ways by which the gradient of a node, or of one element, came. Raises ActionError."""
        return views.paths_of(self, index, element)

    def explain(self, text: str) -> Ledger:
        """Return the ledger of `NODE` or `NODE[i, j]`. Raises ActionError."""
        return views.explain(self, text)

    def formula(self, index: int, element: int | tuple[int, ...] = 0) -> tuple[str, ...]:
        """Return the formula of a node: symbols, numbers, and what is sent to each input on account of an element."""
        return views.formula_of(self.run, index, element)

    def stats(self) -> tuple[LayerStats, ...]:
        """Return one row a layer."""
        return views.statistics(self.run)

    def check(self, root: str | None = None, nodes: Sequence[str] | None = None) -> tuple[Verdict, ...]:
        """Check gradients numerically, in float64, without moving anything. Raises ActionError."""
        from gradlab.lab.why.checking import check

        chosen = None if nodes is None else [self._index(name) for name in nodes]
        return check(self, None if root is None else self._index(root), chosen)

    def findings(self) -> tuple[Any, ...]:
        """Return what is wrong with the numbers as they are: where the first NaN or infinity came up."""
        return views.findings(self.run)

    def digest(self) -> str:
        """Return a hash of everything that can be seen at this position. Equal states have equal digests."""
        return digest(self.run)

    def options(self) -> Mapping[str, str]:
        """Return what a run was made with."""
        return {"backend": self.run.machine.backend, "dtype": self.tape.dtype.name, "seed": str(self.run.seed)}
