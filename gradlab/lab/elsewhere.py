"""The same model elsewhere: on held-out data, under other seeds, in float64, at another position. Nothing moves the lab."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.axis.checkpoints import Checkpoints
from gradlab.axis.environment import RunEnvironment
from gradlab.axis.journal import Journal
from gradlab.axis.position import Position
from gradlab.axis.run import Run
from gradlab.axis.walker import Walker
from gradlab.errors import ActionError
from gradlab.graph.machine import Machine, make_machine
from gradlab.graph.tape import Tape
from gradlab.lab.environment import LabEnvironment
from gradlab.op import Array
from gradlab.scenario.expressions import Expression, Known

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab

CARRIED = ("param", "buffer")
"""Leaves that a model takes along to other data: what was learned, and statistics that run along."""
SMALL_LAB = 64 << 20


def held_out(lab: Lab, split: str, of: Run | None = None) -> RunEnvironment:
    """Return the model with the present parameters, or another run's, on a split of the data, in eval mode, run through."""
    if split not in lab.splits:
        model = lab.scenario.traced(replace(lab.scenario.overrides, split=split, mode="eval", seed=lab.model.seed))
        machine = make_machine(Tape(model.graph, model.dtype), lab.run.machine.backend)
        run = Run(machine, Journal(len(machine.tape.forward_order)), model.seed, "eval", max(1, model.epoch))
        Walker(run)
        lab.splits[split] = run, Known(model.graph.aliases, model.numbers, tuple(model.graph.layers))
    run, known = lab.splits[split]
    for node in run.graph.nodes:
        mine = lab.graph.find(node.name) if node.op.name in CARRIED and node.phase == "f" else None
        if mine is not None and mine.shape == node.shape:
            run.machine.value(node.index)[...] = (of or lab.run).machine.value(mine.index)
    run_through(run)
    return RunEnvironment(run, known)


def run_through(run: Run) -> None:
    """Run the forward and the backward pass with the leaves as they are."""
    run.machine.forward(0, run.timeline.count(0, "f"))
    run.at = run.timeline.end(0, "f")
    root = run.root_of(0)
    if root is not None:
        run.begin_backward()
        run.machine.backward(root, 0, run.timeline.count(0, "b"))
        run.at = run.timeline.end(0, "b")


def over_seeds(lab: Lab, seeds: range, expression: Expression) -> Any:
    """Return the mean of an expression over fresh runs of what was done so far, one for each seed. Raises ActionError."""
    total: Any = 0.0
    for seed in seeds:
        other = _seeded(lab, seed)
        environment = LabEnvironment(other)
        try:
            total = total + np.asarray(expression.evaluate(environment), np.float64)
        except ActionError as error:
            raise type(error)(f"with seed {seed}: {error}") from None
    return total / len(seeds)


def _seeded(lab: Lab, seed: int) -> Lab:
    """Return a laboratory that has done the same with another seed; small ones are kept and go on from where they were."""
    other = lab.seeded.pop(seed, None)
    if other is None or other.done != lab.done[: len(other.done)]:
        other = lab.fresh(seed)
    other.deadline = lab.deadline
    for line in lab.done[len(other.done) :]:
        other.do(line)
    if other.run.machine.arena.nbytes <= SMALL_LAB:
        lab.seeded[seed] = other
    return other


def twin(lab: Lab) -> Run:
    """Return another run of the same journal, with an arena of its own, which may go where it likes."""
    machine = make_machine(lab.tape, lab.run.machine.backend)
    return Run(machine, lab.journal, lab.model.seed, lab.model.mode, lab.run.timeline.per_epoch)


def folded(lab: Lab, target: Position) -> Run:
    """Return another run of the same journal at a position; the last one asked for is kept."""
    key = target, len(lab.journal.entries), tuple(map(id, lab.journal.entries))
    if lab.folds is None or lab.folds[0] != key:
        run, checkpoints = twin(lab), Checkpoints()
        nearest = lab.walker.checkpoints.nearest(target.update)
        if nearest in lab.walker.checkpoints.kept:
            checkpoints.keep(nearest, lab.walker.checkpoints.kept[nearest])
        walker = Walker(run, checkpoints)
        walker.load_update(nearest)
        for _ in walker.walk(target):
            lab.breathe()
        lab.folds = key, run
    return lab.folds[1]


def witness(lab: Lab) -> Run:
    """Return the run in which the gradients that are shown were made: for past ones, the end of that backward pass."""
    at = lab.run.at
    if at.phase != "f" or at.update == 0:
        return lab.run
    end = lab.run.timeline.end(at.update - 1, "b")
    return folded(lab, end)


def shadow(lab: Lab) -> Machine:
    """Return a float64 machine whose leaves hold the values that the shown numbers were made with."""
    at = lab.run.at
    forward_done = at.phase != "f" or at.update == 0 or at.op == lab.run.timeline.count(at.update, "f")
    run = lab.run if forward_done else witness(lab)
    tape = lab.tape if lab.tape.dtype == np.float64 else lab.wide_tape
    machine = make_machine(tape, lab.run.machine.backend)
    for node, value in _leaves(run):
        machine.value(node)[...] = value
    return machine


def _leaves(run: Run) -> Iterator[tuple[int, Array]]:
    for node in run.graph.nodes:
        if node.is_leaf and node.op.name != "gradient":
            yield node.index, run.machine.value(node.index)


def ahead(lab: Lab, phase: str) -> RunEnvironment | None:
    """Return what will be there at the end of a phase of this update; None without such a phase."""
    timeline, update = lab.run.timeline, lab.position.update
    if (phase == "u" and not timeline.trains) or lab.run.root_of(update) is None:
        return None
    run = folded(lab, max(lab.position, timeline.end(update, phase)))
    return RunEnvironment(run, lab.known)
