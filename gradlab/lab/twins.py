"""Other runs of the same model: on held-out data, in float64, at another position. None of them moves the core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.axis.checkpoints import Checkpoints
from gradlab.axis.environment import NotReady, RunEnvironment
from gradlab.axis.journal import Deed, Edit, Edits, Journal
from gradlab.axis.origin import RunOrigin
from gradlab.axis.position import Position
from gradlab.axis.run import Run
from gradlab.axis.walker import Walker
from gradlab.graph.machine import Machine
from gradlab.graph.machines import machines, make_machine
from gradlab.graph.tape import Tape, refuse
from gradlab.op import Array, Role
from gradlab.scenario.expressions import Expression, Known

if TYPE_CHECKING:
    from gradlab.lab.core import Core

CARRIED: tuple[Role, ...] = ("parameter", "buffer", "clock")
"""Leaves that a model takes along to other data: what was learned, statistics that run along, the number of the update."""


class CoreEnvironment(RunEnvironment):
    """Reads a run of a core; held-out data are run with its parameters."""

    def __init__(self, core: Core, run: Run) -> None:
        super().__init__(run, core.known)
        self.core = core

    def on(self, split: str, expression: Expression) -> Any:
        """See `Environment`."""
        backward = any(operand.what != "value" for operand in expression.operands(self.known))
        return expression.evaluate(self.core.twins.held_out(split, self.run, backward=backward))

    def may_read(self, expression: Expression) -> None:
        """Raise HiddenError where an expression asks, at whatever position, for what is hidden."""


class UpdateEnvironment(CoreEnvironment):
    """Reads an update that has been made and not committed, straight from the machine. Nothing was edited in it."""

    def value_of(self, index: int, name: str) -> Array:
        """Return the value of a node. Raises NotReady for one of another update phase."""
        node, run = self.run.graph.nodes[index], self.run
        if node.op.role == "gradient":
            return self.grad_of(int(node.attrs["of"]), name)
        if node.phase == "u" and not node.is_leaf and index not in run.timeline.order(run.at.update, "u"):
            raise NotReady(f"`{name}` belongs to another update than {run.at.update}")
        return run.machine.value(index)

    def grad_of(self, index: int, name: str) -> Array:
        """Return the gradient of a node."""
        root = self.run.root_of(self.run.at.update)
        assert root is not None, "an update has a root"
        if not self.run.tape.backward_program(root).reached[index]:
            return super().grad_of(index, name)
        return self.run.machine.grad(index)

    def update(self, name: str) -> Array:
        """Return what the update adds to a parameter. Raises NotReady where it adds nothing."""
        index, objective = self._index(name), self.run.timeline.objective(self.run.at.update)
        following = [] if objective is None else [n for n, leaf in objective.commits if leaf == index]
        if not following:
            raise NotReady(f"update {self.run.at.update} does not move `{name}`")
        return np.asarray(self.run.machine.value(following[0]) - self.run.machine.value(index))


@dataclass(slots=True)
class HeldOut:
    """The model on another split. written: the constants, by their numbers in the core, that edits of the core wrote over."""

    run: Run
    known: Known
    written: frozenset[int] = frozenset()


class Twins:
    """The other runs of a core. Those that cost much are kept until the machine changes, the last folded one until an edit.

    known: what features have worked out of the run, by their names, until an edit.
    """

    def __init__(self, core: Core) -> None:
        self.core = core
        self._splits: dict[tuple[str, str], HeldOut] = {}
        self._folds: tuple[Any, Run] | None = None
        self.known: dict[str, Any] = {}

    def forget_folds(self) -> None:
        """Forget the run at another position: the journal has changed."""
        self._folds = None
        self.known.clear()

    def afford(self, what: str, tape: Tape) -> None:
        """Refuse another arena beside those that there are. Raises BoundError before anything is taken."""
        core = self.core
        core.need_run()
        others = [kept.run for kept in self._splits.values()] + ([self._folds[1]] if self._folds else [])
        taken = core.tape.bytes + sum(run.tape.bytes for run in others)
        work = 0 if machines()[core.run.machine.backend].compiles else tape.working
        refuse(f"{what} and what is there", taken + tape.bytes + work, core.memory)

    def environment(self, run: Run) -> CoreEnvironment:
        """Return what names mean in a run of the model."""
        return CoreEnvironment(self.core, run)

    def made(self, run: Run) -> CoreEnvironment:
        """Return the same in an update that has been made and not committed."""
        return UpdateEnvironment(self.core, run) if run.plan.plain else CoreEnvironment(self.core, run)

    def held_out(self, split: str, of: Run | None = None, *, backward: bool = True) -> RunEnvironment:
        """Return the model on a split of the data, in eval mode, run through, with the present parameters or another run's.

        backward: whether gradients are wanted, too.
        """
        source = of or self.core.run
        key = split, source.machine.backend
        written = self._written(source.journal)
        if key not in self._splits or not self._splits[key].written <= written:
            self._splits.pop(key, None)
            self._splits[key] = self._traced(*key)
        kept = self._splits[key]
        run, known, kept.written = kept.run, kept.known, written
        self._carry(source, run, written)
        with self.core.backend.working():
            run_through(run, backward=backward)
        return RunEnvironment(run, known.keeping(self.core.known.constants))

    def _written(self, journal: Journal) -> frozenset[int]:
        """Return the constants that an edit wrote over."""
        parts = (part for deed in journal.deeds for part in (deed.parts if isinstance(deed, Edits) else (deed,)))
        nodes = self.core.graph.nodes
        leaves = (part.node for part in parts if isinstance(part, Edit) and part.leaf)
        return frozenset(leaf for leaf in leaves if nodes[leaf].op.role == "constant")

    def _carry(self, source: Run, run: Run, written: frozenset[int]) -> None:
        """Take along what is carried, and constants that were written over."""
        for node in run.graph.nodes:
            mine = self.core.graph.find(node.name) if node.is_leaf and node.phase == "f" else None
            if mine is None or mine.shape != node.shape:
                continue
            if node.op.role in CARRIED or mine.index in written:
                run.machine.write(node.index, source.machine.value(mine.index))

    def _traced(self, split: str, backend: str) -> HeldOut:
        core = self.core
        model = core.scenario.traced(replace(core.scenario.overrides, split=split, mode="eval", seed=core.model.seed))
        tape = Tape(model.graph, model.dtype, core.memory)
        self.afford(f"the model on the split `{split}`", tape)
        machine = make_machine(tape, backend)
        run = Run(machine, Journal(len(machine.tape.forward_order), RunOrigin(seed=model.seed, mode="eval")), model.epoch)
        Walker(run)
        return HeldOut(run, model.known)

    def another(self, journal: Journal | None = None) -> Run:
        """Return another run of the same journal, or of another one, with an arena of its own, which may go where it likes."""
        core = self.core
        self.afford("another run beside this one", core.tape)
        machine = make_machine(core.tape, core.run.machine.backend)
        return Run(machine, journal or core.journal, core.run.timeline.per_epoch)

    def at(self, target: Position, deeds: Sequence[Deed] | None = None, origin: RunOrigin | None = None) -> Run:
        """Return another run of the same journal, or of other deeds, at a position; the last one asked for is kept.

        origin: where it begins, if not where the core's begins.
        """
        core, begins = self.core, origin or self.core.journal.origin
        done = tuple(core.journal.deeds if deeds is None else deeds)
        key = target, begins, tuple(map(id, done))
        if self._folds is None or self._folds[0] != key:
            same = begins is core.journal.origin and done == tuple(core.journal.deeds)
            journal = core.journal if same else Journal(core.journal.forward_ops, begins, done)
            walker = self.walker(_beginning(target, done, core.journal.deeds), journal)
            self._walk(walker, target)
            self._folds = key, walker.run
        return self._folds[1]

    def _walk(self, walker: Walker, target: Position) -> None:
        """Walk to a position, and say how far it is meanwhile."""
        core, first, before = self.core, walker.run.at.update, self.core.progress
        began = monotonic()
        try:
            for _ in walker.walk(target):
                core.backend.worked(monotonic() - began)
                core.progress = (walker.run.at.update - first) / max(1, target.update - first)
                core.breathe()
                began = monotonic()
        finally:
            core.progress = before

    def walker(self, update: int, journal: Journal | None = None) -> Walker:
        """Return a walker with another run, which stands at the last checkpoint that is not after an update.

        The run that was folded last is forgotten. Raises BoundError where there is no memory for another one.
        """
        self._folds = None
        run, kept = self.another(journal), self.core.walker.checkpoints
        checkpoints = Checkpoints(first=run.origin.update)
        if run.origin is self.core.journal.origin and (nearest := kept.nearest(update)) in kept.kept:
            checkpoints.keep(nearest, kept.kept[nearest])
        walker = Walker(run, checkpoints)
        walker.load_update(checkpoints.nearest(update))
        return walker

    def witness(self) -> Run:
        """Return the run in which the gradients that are shown were made: for past ones, the end of that backward pass."""
        run = self.core.run
        at = run.at
        return run if at.phase != "f" or not run.has_past else self.at(run.timeline.end(at.update - 1, "b"))

    def shadow(self, passes: int = 1) -> Machine:
        """Return a float64 machine whose leaves hold the values that the shown numbers were made with.

        passes: about how many times the model will be run through on it; with many, kernels are worth loading.
        """
        core, at = self.core, self.core.run.at
        forward_done = at.phase != "f" or not core.run.has_past or at.op == core.run.timeline.count(at.update, "f")
        run = core.run if forward_done else self.witness()
        tape = core.tape if core.tape.dtype == np.float64 else core.wide_tape
        self.afford("a check beside the run", tape)
        core.notes += _left_out(run)
        name = core.backend.beside(tape)
        machine = _filled(make_machine(tape, name), run)
        if passes > 1:
            began = monotonic()
            machine.forward(0, len(tape.forward_order))
            better = core.backend.beside(tape, passes * (monotonic() - began))
            if better != name:
                del machine
                machine = _filled(make_machine(tape, better), run)
        return machine


def _filled(machine: Machine, run: Run) -> Machine:
    for node, value in _leaves(run):
        machine.write(node, value)
    return machine


def _left_out(run: Run) -> list[str]:
    """Return a sentence for each edit of this update that a run from the leaves does not have."""
    plan = run.journal.plan(run.at.update)
    edits = [deed for at, deeds in plan.deeds.items() if at <= run.at for deed in deeds if isinstance(deed, Edit)]
    return [
        f"the edit `{edit.text}` does not count here: the model is run again from its leaves"
        for edit in edits if not edit.leaf
    ]  # fmt: skip


def _beginning(target: Position, done: Sequence[Deed], known: Sequence[Deed]) -> int:
    """Return the last update from whose beginning a position can be made: with all that is past there, and what was done.

    known: the deeds that checkpoints were made with.
    """
    update = max(0, target.update - 1) if target == Position(target.update) else target.update
    return min([update, *(deed.position.update for deed in {*done} ^ {*known})])


def _leaves(run: Run) -> Iterator[tuple[int, Array]]:
    for node in run.graph.nodes:
        if node.is_leaf and node.op.role != "gradient":
            yield node.index, run.machine.value(node.index)


def run_through(run: Run, *, backward: bool = True) -> None:
    """Run the forward pass, and the backward pass if it is wanted, with the leaves as they are."""
    run.machine.forward(0, run.timeline.count(0, "f"))
    run.at = run.timeline.end(0, "f")
    root = run.root_of(0)
    if backward and root is not None:
        run.begin_backward()
        run.machine.backward(root, 0, run.timeline.count(0, "b"))
        run.at = run.timeline.end(0, "b")
