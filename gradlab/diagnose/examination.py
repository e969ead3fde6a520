"""The evidence that all rules read: a run looked at in its first update, in an early one and at its end.

It is made once, on a fresh twin: the lab that is examined stands where it stood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from gradlab.axis.position import Position, State
from gradlab.graph.graph import Graph
from gradlab.graph.origin import Finding
from gradlab.lab.origins import findings
from gradlab.lab.views import statistics
from gradlab.op import Array
from gradlab.train.statistics import LayerStats

if TYPE_CHECKING:
    from gradlab.lab.core import Core

EARLY = 5


@dataclass(frozen=True, slots=True)
class Sight:
    """What one update looked like, when its backward pass was done.

    values, grads: copies of the arrays, by the index of the node; what was not computed, or not reached, is not in them.
    order: the nodes whose ops ran backward, in that order.
    layers: statistics of the layers; of a model that is trained, behind the step of this update.
    origins: where NaN and infinity came up, here or in an update before.
    """

    update: int
    values: dict[int, Array]
    grads: dict[int, Array]
    order: Sequence[int]
    layers: tuple[LayerStats, ...]
    origins: tuple[Finding, ...] = ()

    def value(self, index: int) -> Array | None:
        """Return the value of a node, or None."""
        return self.values.get(index)

    def grad(self, index: int) -> Array | None:
        """Return the gradient of a node, or None."""
        return self.grads.get(index)


@dataclass(frozen=True, slots=True)
class Examination:
    """One examination.

    first, last: the first and the last update, the same where there was only one.   early: update 5, if it came to that.
    losses: pairs of update and loss, in order; those of a very long run thinned.
    """

    PARTS: ClassVar = ("graph", "first", "early", "last", "losses", "again")

    graph: Graph
    first: Sight
    early: Sight | None
    last: Sight
    losses: tuple[tuple[int, float], ...]
    _lab: Core = field(repr=False, compare=False)

    def again(self, change: str, updates: int) -> Examination:
        """Examine the same run with a change of its model, `NAME=EXPR`. Raises ScenarioError, ArgumentError."""
        from gradlab.lab.beside.others import with_changes

        return examine(with_changes(self._lab, [change]), updates)

    def lacks(self, part: str) -> bool:
        """Return whether a part is not there in this run."""
        found = getattr(self, part)
        return found is None or found == ()


def examine(lab: Core, updates: int) -> Examination:
    """Examine a run of some updates, from the beginning, with the seed of a lab.

    A model without `minimize` is looked at in its only update. Raises Stopped when the lab's time is over.
    """
    twin = lab.fresh(lab.run.seed)
    twin.deadline = lab.deadline
    last = max(updates, 1) - 1 if twin.run.timeline.trains else 0
    seen = {update: _look(twin, update) for update in sorted({0, EARLY, last}) if update <= last}
    losses = twin.run.history.pairs(0, 1 << 30)
    return Examination(twin.graph, seen[0], seen.get(EARLY), seen[last], losses, twin)


def _look(lab: Core, update: int) -> Sight:
    """Go to an update, and return what it looks like."""
    run = lab.run
    root = run.root_of(update)
    lab.go(run.timeline.end(update, "f" if root is None else "b"))
    states, reached = run.value_states(), run.grad_states()
    model = [node.index for node in run.graph.nodes if node.phase == "f"]
    values = {i: run.machine.value(i).copy() for i in model if states[i] == State.DONE}
    grads = {i: run.machine.grad(i).copy() for i in model if reached[i] in (State.DONE, State.FINAL)}
    order = () if root is None else run.tape.backward_order(root)
    found = findings(lab)
    if run.timeline.trains:
        lab.go(Position(update + 1))
    return Sight(update, values, grads, order, statistics(lab.run), found or findings(lab))
