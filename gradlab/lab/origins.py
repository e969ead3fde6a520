"""Where NaN and infinity in the numbers that are shown came up, in whatever update that was.

After each step only one cheap question is asked: whether all numbers are finite. If not, the ops of this update are asked. What
an update has made of a parameter stays: then the update in which that began is looked for, by folding another run between two
checkpoints, and what was found is kept until an edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gradlab.axis.position import Position, State
from gradlab.axis.run import Run
from gradlab.errors import BoundError
from gradlab.graph.origin import Numbers, Origin, origins
from gradlab.lab.sending import Sending
from gradlab.op import Array

if TYPE_CHECKING:
    from gradlab.axis.walker import Walker
    from gradlab.lab.core import Core

KEPT = "origins"
"""The place in which twins keep what was found."""


def findings(core: Core) -> tuple[Origin, ...]:
    """Return where NaN and infinity came up. Raises Stopped when told to: a search in earlier updates may take long.

    Where there is no memory for another run, it is only said that an update made them.
    """
    if core.run.machine.finite():
        return ()
    try:
        return tuple(_placed(core, one) for one in _searched(core))
    except BoundError:
        return (Origin("nan_origin", -1, "an update before made a number that is not finite; to find which takes more memory"),)


def _placed(core: Core, finding: Origin) -> Origin:
    """Return a finding with the line of the program that its op, or else its node, was imported from, if it was."""
    index = finding.op if finding.op >= 0 else finding.node
    span = core.graph.nodes[index].span if index >= 0 else None
    return replace(finding, text=f"{finding.text}  ({span.origin})") if span is not None and span.origin else finding


def _searched(core: Core) -> tuple[Origin, ...]:
    run = core.run
    if run.has_past and _Marks(core).broken(run):
        return _kept(core) or _keep(core, _traced(core))
    found = origins(run.graph, numbers_of(run))
    if found or run.at.phase != "f" or not run.has_past or not origins(run.graph, _past(run)):
        return found
    update = run.at.update - 1
    kept = core.twins.known.get(KEPT)
    if kept is None or kept[0] != update:
        return _keep(core, (update, _in_update(core, core.twins.walker(update), update)))
    return _kept(core)


def _kept(core: Core) -> tuple[Origin, ...]:
    """Return what was found before, if it lies behind."""
    update, found = core.twins.known.get(KEPT, (0, ()))
    kept: tuple[Origin, ...] = found if update < core.position.update else ()
    return kept


def _keep(core: Core, found: tuple[int, tuple[Origin, ...]]) -> tuple[Origin, ...]:
    core.twins.known[KEPT] = found
    return found[1]


def numbers_of(run: Run, when: str = "") -> Numbers:
    """Return the numbers of the update in which a run stands."""
    at, sending = run.at, Sending(run)
    update, root = at.update, run.root_of(at.update)
    ops = {phase: run.timeline.order(update, phase)[: run.done(phase)] for phase in "fu"}
    back = () if root is None else run.tape.backward_order(root)[: run.done("b")]
    grads = run.grad_states()
    hand = run.plan.by_hand(run.at)
    given = [n.index for n in run.graph.nodes if n.is_leaf and n.op.role != "gradient" and _is_given(run, n.index, hand)]

    def grad(index: int) -> Array | None:
        known = run.graph.nodes[index].phase == "f" and State(grads[index]) not in (State.PENDING, State.UNREACHED)
        return run.machine.grad(index) if known and at.phase != "f" else None

    hand_grads = {edit.node for edit in run.transient if edit.what == "grad"} | ({root} if root is not None and back else set())
    return Numbers(
        run.machine.value, grad, given, ops["f"], back, ops["u"],
        lambda op, source: sending.by((op,), source), hand, sorted(hand_grads), when,
        root if root is not None and root in ops["f"] and (back or run.timeline.objective(update) is not None) else -1,
        len(back) == run.timeline.count(update, "b") > 0,
    )  # fmt: skip


def _is_given(run: Run, leaf: int, hand: set[int]) -> bool:
    """Whether a leaf holds what a person gave it, not what an update has made of it."""
    return leaf not in run.followers or not run.has_past or leaf in hand


def _past(run: Run) -> Numbers:
    """Return what is still there of the update before: enough to see whether it is worth a search."""
    values, sending = run.value_states(), Sending(run)
    update = run.at.update - 1
    root = run.root_of(update)

    def value(index: int) -> Array | None:
        return run.machine.value(index) if run.graph.nodes[index].is_leaf or values[index] == State.PAST else None

    def grad(index: int) -> Array | None:
        known = run.graph.nodes[index].phase == "f" and State(sending.grads[index]) not in (State.PENDING, State.UNREACHED)
        return run.machine.grad(index) if known else None

    order = () if root is None else run.tape.backward_order(root)
    forward, steps = run.timeline.order(update, "f"), run.timeline.order(update, "u")
    return Numbers(value, grad, (), forward, order, steps, lambda op, source: sending.by((op,), source))


class _Marks:
    """What tells the leaves that updates have broken: elements that are not finite and that were, where the run begins."""

    def __init__(self, core: Core) -> None:
        first = core.walker.checkpoints.kept.get(core.run.origin.update, {})
        self.begun = {index: ~np.isfinite(array) for index, array in first.items()}

    def holds(self, values: Mapping[int, Array]) -> bool:
        """Whether some values of leaves are broken."""
        return any((~np.isfinite(array) & ~self.begun.get(i, np.False_)).any() for i, array in values.items())

    def broken(self, run: Run) -> bool:
        """Whether leaves that updates change are broken, and no hand did it in this update."""
        hand = run.plan.by_hand(run.at)
        return self.holds({i: run.machine.value(i) for i in run.followers if i not in hand})


def _traced(core: Core) -> tuple[int, tuple[Origin, ...]]:
    """Return the update in which the leaves of the present one were broken first, and what was found there."""
    marks, kept, now = _Marks(core), core.walker.checkpoints.kept, core.position.update
    sound, broken = core.run.origin.update, now
    for update in sorted((u for u in kept if u <= now), reverse=True):
        if not marks.holds(kept[update]):
            sound = update
            break
        broken = update
    walker = core.twins.walker(sound)
    while broken - sound > 1:
        middle = (sound + broken) // 2
        _walk(core, walker, Position(middle))
        if marks.holds({i: walker.run.machine.value(i) for i in walker.run.followers}):
            broken = middle
        else:
            sound = middle
    return sound, _in_update(core, walker, sound)


def _walk(core: Core, walker: Walker, target: Position) -> None:
    for _ in walker.walk(target):
        core.breathe()


def _in_update(core: Core, walker: Walker, update: int) -> tuple[Origin, ...]:
    """Return what began in an update: in its passes, in its step, or by hand before the next one."""
    run, when = walker.run, f" in update {update}"
    _walk(core, walker, run.timeline.end(update, "b"))
    found = origins(run.graph, numbers_of(run, when))
    if not found:
        objective = run.timeline.objective(update)
        assert objective is not None, "only what trains has updates"
        run.machine.update(objective, 0, len(objective.updates))
        found = origins(run.graph, replace(numbers_of(run, when), update=objective.updates))
    if not found:
        walker.restore(Position(update + 1))
        _walk(core, walker, Position(update + 1))
        found = origins(run.graph, numbers_of(run, f" in update {update + 1}"))
    return tuple(replace(one, update=update) for one in found)
