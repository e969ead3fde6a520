"""One machine at one position: the working state of the laboratory, and how a deed or the turn of a phase changes it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from gradlab.axis.curves import Curves
from gradlab.axis.history import LossHistory
from gradlab.axis.journal import Deed, Edit, Edits, Freeze, Journal, Refresh, Reseed, SwitchMode, Thaw, UpdatePlan
from gradlab.axis.position import Position, State
from gradlab.axis.refresh import refresh, stain
from gradlab.axis.states import States, StateTable, sends
from gradlab.axis.timeline import Timeline
from gradlab.graph.graph import Objective
from gradlab.graph.machine import Machine
from gradlab.graph.tape import Tape
from gradlab.graph.turns import Turns
from gradlab.op import Array
from gradlab.optim.frozen import without
from gradlab.train.strips import Strips

Doing = tuple[int, bool, frozenset[int]]


class Run:
    """The state at a position. All moves go through `Walker`.

    stale, stale_grads: flags of the nodes.   transient: edits of values and gradients that are not leaves, made in this update.
    followers: for each leaf that updates change, the nodes of its next value, one for each way in which it is moved.
    before: values that leaves had before the last commit.
    touched: whether leaves hold other numbers than the scenario gives them, or none yet, as on a new machine.
    history: the losses.   own: those of each objective, where there are several.   curves: what else is recorded.
    strips: the layers through time, if they are kept.   notes: what the run wants to be said ("re-ran 3 stale ops").
    """

    def __init__(self, machine: Machine, journal: Journal, per_epoch: int = 1) -> None:
        self.machine, self.journal, self.origin = machine, journal, journal.origin
        self.tape: Tape = machine.tape
        self.graph = self.tape.graph
        self.turns = machine.turns = Turns(self.graph.objectives, journal.stretches)
        self._objectives: dict[Doing, Objective] = {}
        self.timeline = Timeline(self.tape, self.root_of, self._acting, per_epoch, journal.origin)
        self.table = StateTable(self.timeline)
        self.seed, self.mode = self.origin.seed, self.origin.mode
        self.at = self.origin.position
        self.stale = np.zeros(len(self.graph.nodes), np.bool_)
        self.stale_grads = np.zeros(len(self.graph.nodes), np.bool_)
        self.transient: list[Edit] = []
        self.before: dict[int, Array] = {}
        self.touched = True
        self.history = LossHistory(self.turns.round or 1)
        self.own = [LossHistory(self.turns.round) for _ in self.graph.objectives[1:] and self.graph.objectives]
        self.curves = Curves()
        self.strips: Strips | None = None
        self.notes: list[str] = []
        self.followers: dict[int, list[int]] = {}
        objectives = self.graph.objectives if machine.runs else ()
        for objective in (program for one in objectives for program in one.programs):
            for following, leaf in objective.commits:
                if following not in self.followers.setdefault(leaf, []):
                    self.followers[leaf].append(following)

    def record(self) -> None:
        """Keep from now on what the layers are like through time, if there are not too many of them."""
        self.strips = Strips.for_graph(self.graph)
        self.machine.measure(None if self.strips is None else self.strips.measures)

    @property
    def has_past(self) -> bool:
        """Whether there is an update before the present one."""
        return self.at.update > self.origin.update

    @property
    def own_batch(self) -> bool:
        """Whether this update is the first one and has another batch than it would be fed: one that was edited."""
        return not self.has_past and any(node.index in self.origin.leaves for node in self.tape.varying)

    @property
    def plan(self) -> UpdatePlan:
        """What was done in the present update."""
        return self.journal.plan(self.at.update)

    def doing(self, update: int) -> Doing:
        """Return what updates with the same ops of phase u have in common.

        That is whose turn it is, whether gradients are gathered only, and what is frozen.
        """
        acting = self.turns.of(update)
        whole = self.graph.objectives[acting.objective] if self.graph.objectives else None
        gathers = whole is not None and whole.gathering is not None and whole.turn(acting.count) is whole.gathering
        return acting.objective, gathers, self.journal.frozen(update)

    def steps(self) -> int:
        """Return how many steps the optimizers have made before the present update."""
        deeds = (deed.position.update for deed in self.journal.deeds if isinstance(deed, Freeze | Thaw))
        changes = {update for change in deeds for update in (change, change + 1) if update < self.at.update}
        stops = sorted({self.origin.update, *changes, self.at.update})
        return self.origin.steps + sum(self._steps_between(first, stop) for first, stop in pairwise(stops))

    def _steps_between(self, first: int, stop: int) -> int:
        """Return how many steps are made in updates in which one and the same is frozen."""
        frozen, steps = self.journal.frozen(first), zip(self.turns.steps(first), self.turns.steps(stop), strict=True)
        moving = (not frozen.issuperset(objective.params) for objective in self.graph.objectives)
        return sum(after - before for (before, after), moves in zip(steps, moving, strict=True) if moves)

    def is_frozen(self, index: int) -> bool:
        """Return whether this update leaves a leaf as it is, because it is frozen."""
        return index in self.journal.frozen(self.at.update)

    def _acting(self, update: int) -> Objective | None:
        if not self.graph.objectives:
            return None
        key = self.doing(update)
        if key not in self._objectives:
            place, gathers, frozen = key
            self._objectives[key] = without(self.graph, self.graph.objectives[place], gathers, frozen)
        return self._objectives[key]

    def root_of(self, update: int) -> int | None:
        """Return the root of the backward pass of an update."""
        backward = self.journal.plan(update).backward
        return self.default_root(update) if backward is None else backward.root

    @property
    def shown_root(self) -> int | None:
        """The root of the gradients that can be seen: in phase f those of the update before."""
        return self.root_of(self.at.update - (self.at.phase == "f" and self.has_past))

    def default_root(self, update: int) -> int | None:
        """Return the root of an update in which nobody named one."""
        objectives = self.graph.objectives
        if objectives:
            return objectives[self.turns.of(update).objective].root
        node = self.graph.default_root()
        return None if node is None else node.index

    def done(self, phase: str) -> int:
        """Return how many ops of a phase of this update have been executed."""
        if self.at.phase == phase:
            return self.at.op
        behind = "fbu".index(self.at.phase) > "fbu".index(phase)
        return self.timeline.count(self.at.update, phase) if behind else 0

    def value_states(self, grads: States | None = None) -> States:
        """Return the state of every value. grads: of the gradients, if the caller has them already."""
        if not self.machine.runs:
            return np.full(len(self.graph.nodes), State.PENDING, np.uint8)
        return self.table.values(self.at, self.stale, self.grad_states() if grads is None else grads)

    def grad_states(self) -> States:
        """Return the state of every gradient."""
        if not self.machine.runs:
            return np.full(len(self.graph.nodes), State.PENDING, np.uint8)
        return self.table.grads(self.at, self.stale_grads, self.plan)

    def value_state(self, index: int) -> State:
        """Return the state of one value."""
        return State(self.value_states()[index])

    def grad_state(self, index: int) -> State:
        """Return the state of one gradient."""
        return State(self.grad_states()[index])

    def apply_deeds(self) -> None:
        """Apply what was done at this position."""
        for deed in self.plan.deeds.get(self.at, ()):
            self.apply(deed)

    def apply(self, deed: Deed) -> None:
        """Apply one deed."""
        if isinstance(deed, Edit):
            self._apply_edit(deed)
        elif isinstance(deed, Edits):
            for part in deed.parts:
                self._apply_edit(part)
        elif isinstance(deed, Reseed):
            self._apply_seed(deed.seed)
        elif isinstance(deed, SwitchMode):
            self._apply_mode(deed.mode)
        elif isinstance(deed, Refresh):
            refresh(self)

    def _apply_edit(self, edit: Edit) -> None:
        if edit.what == "grad":
            self.machine.write(edit.node, edit.array, "grad", edit.index)
            self.transient.append(edit)
            self.stale_grads[edit.node] = False
            stain(self, grads=(edit.node,))
            return
        self.machine.write(edit.node, edit.array, "value", edit.index)
        if edit.leaf:
            self.touched = True
        else:
            self.transient.append(edit)
        stain(self, values=(edit.node,))

    def _apply_seed(self, seed: int) -> None:
        update = self.at.update
        changed = []
        for node in self.graph.nodes:
            if node.feed is None:
                continue
            drawn, now = (self.machine.fed(node.feed, one, update) for one in (seed, self.seed))
            if not np.array_equal(drawn, now, equal_nan=drawn.dtype.kind == "f"):
                self.machine.write(node.index, drawn)
                changed.append(node.index)
        self.seed, self.touched = seed, True
        stain(self, values=changed)

    def _apply_mode(self, mode: str) -> None:
        self.mode, self.touched = mode, True
        switches = [node.index for node in self.graph.nodes if node.op.role == "mode"]
        for index in switches:
            self.machine.write(index, mode == "train")
        stain(self, values=switches)

    def begin_backward(self) -> None:
        """Set the gradient of the root; with a base, the gradients of leaves begin with its numbers and are added to."""
        root = self.root_of(self.at.update)
        assert root is not None, "no root"
        self.stale_grads[:] = False
        self.clear_unreached(root)
        backward = self.plan.backward
        if backward is None or backward.base is None:
            self.machine.seed(root, None if backward is None else backward.seed)
            return
        for index in np.flatnonzero(self.tape.backward_program(root).reached):
            self.machine.write(int(index), 0.0, "grad")
        for leaf, array in backward.base.items():
            self.machine.write(leaf, array, "grad")
        self.machine.write(root, self.machine.grad(root) + (1.0 if backward.seed is None else backward.seed), "grad")

    def clear_unreached(self, root: int) -> None:
        """Set to 0 each gradient that the update reads and that no path from the root reaches."""
        reached = self.tape.backward_program(root).reached
        for _, param in self.table.windows:
            if not reached[param]:
                self.machine.write(param, 0.0, "grad")

    @property
    def adds(self) -> bool:
        """Whether the backward pass of this update adds to gradients that were there."""
        return self.plan.backward is not None and self.plan.backward.base is not None

    def record_loss(self) -> None:
        """Write the loss of this update into the history."""
        objective = self.timeline.objective(self.at.update)
        if objective is not None:
            self.add_losses(self.at.update, [float(self.machine.value(objective.root).reshape(-1)[0])])

    def add_losses(self, first: int, losses: Sequence[float] | Array) -> None:
        """Write the losses of consecutive updates of one objective into the history."""
        self.history.add(first, losses)
        if self.own:
            self.own[self.turns.of(first).objective].add(first, losses)

    def cut(self, target: Position) -> None:
        """Forget what was kept of updates that end behind a position."""
        loss = target.update + (target >= self.timeline.end(target.update, "f"))
        for history in (self.history, *self.own):
            history.cut(loss)
        self.curves.cut(target.update)
        if self.strips is not None:
            self.strips.cut(target.update)

    def begin(self) -> None:
        """Write what the leaves have where the run begins."""
        self.machine.load(self.origin.seed, self.origin.update)
        self.write_origin()

    def write_origin(self) -> None:
        """Write the values of leaves that the origin has."""
        for index, array in self.origin.leaves.items():
            self.machine.write(index, array)

    def finish_update(self) -> None:
        """Commit, and open the next update."""
        objective = self.timeline.objective(self.at.update)
        assert objective is not None, "nothing to commit"
        if self.strips is not None and self.strips.measures.due(self.at.update):
            self.strips.measures.take(self.machine, objective, self.at.update)
            self.strips.gather()
        self.before = {leaf: self.machine.value(leaf).copy() for _, leaf in objective.commits}
        self.machine.commit(objective)
        self.open_update(self.at.update + 1)

    def open_update(self, update: int) -> None:
        """Move to the beginning of an update and write its batch; the deeds of that position are not applied yet."""
        self.at = Position(update)
        self.feed()
        self.clear_edits()

    def feed(self) -> None:
        """Write the leaves that differ from update to update."""
        self.machine.load(self.seed, self.at.update, only_varying=True)

    def clear_edits(self) -> None:
        """Forget what only holds for one update."""
        self.stale[:] = False
        self.stale_grads[:] = False
        self.transient = []

    def step_of_edit(self, edit: Edit) -> int:
        """Return the number of backward ops after which a gradient has the contributions that it had when it was edited."""
        root = self.root_of(self.at.update)
        assert root is not None
        edges = sends(self.tape, root)
        done = edit.position.op if edit.position.phase == "b" else self.timeline.count(self.at.update, "b")
        steps = edges.step[(edges.target == edit.node) & (edges.step < done)]
        return int(steps[-1]) + 1 if len(steps) else 0
