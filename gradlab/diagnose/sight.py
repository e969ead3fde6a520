"""What one update looked like, when its backward pass was done: every number of it, and what each op sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from gradlab.axis.position import Position, State
from gradlab.graph.origin import Origin
from gradlab.graph.sending import sent_by
from gradlab.graph.tape import Tape
from gradlab.lab.core import Core
from gradlab.lab.origins import findings
from gradlab.lab.views import statistics
from gradlab.op import Array
from gradlab.train.measure import root_mean_square
from gradlab.train.statistics import LayerStats


@dataclass(frozen=True, slots=True)
class Sight:
    """One update.

    values, grads: arrays by the index of the node; what was not computed, or not reached, is not in them. Leaves of the update
    are among the values: the rate of the optimizer, what it remembers.
    order: the nodes whose ops ran backward, in that order.   root: where they began, or -1.
    layers: statistics of the layers; of a model that is trained, behind the step of this update.
    origins: where NaN and infinity came up, here or in an update before.
    """

    update: int
    values: Mapping[int, Array]
    grads: Mapping[int, Array]
    order: Sequence[int]
    root: int
    layers: tuple[LayerStats, ...]
    origins: tuple[Origin, ...] = ()
    _tape: Tape | None = field(default=None, repr=False, compare=False)
    _numbers: Array | None = field(default=None, repr=False, compare=False)
    _known: dict[tuple[int, int], Array] = field(default_factory=dict, repr=False, compare=False)

    def value(self, index: int) -> Array | None:
        """Return the value of a node, or None."""
        return self.values.get(index)

    def grad(self, index: int) -> Array | None:
        """Return the gradient of a node, or None."""
        return self.grads.get(index)

    def delta(self, index: int) -> float:
        """Return the RMS of the gradient of a node; 0 where none arrives."""
        found = self.grads.get(index)
        return 0.0 if found is None else root_mean_square(np.asarray(found, np.float64))

    def layer(self, name: str) -> LayerStats | None:
        """Return the statistics of a layer."""
        return next((row for row in self.layers if row.name == name), None)

    def sent(self, op: int, source: int) -> Array | None:
        """Return what the op of a node sent to one value that it reads, others' contributions aside; None where it did not.

        With a skip or an input that is shared it differs from the whole gradient of that value by any factor.
        """
        if op not in self.order or source not in self.graph_inputs(op) or self._tape is None or self._numbers is None:
            return None
        if (op, source) not in self._known:
            self._known[op, source] = self._ask(op, source)
        return self._known[op, source]

    def graph_inputs(self, op: int) -> tuple[int, ...]:
        """Return what an op reads."""
        return () if self._tape is None else self._tape.graph.nodes[op].inputs

    def _ask(self, op: int, source: int) -> Array:
        from gradlab.graph.machines import make_machine

        assert self._tape is not None and self._numbers is not None
        machine = make_machine(self._tape)
        machine.restore(self._numbers)
        return sent_by(machine, self.root, list(self.order).index(op), source)


def look(lab: Core, update: int) -> Sight:
    """Go to an update, and return what it looks like. Raises Stopped."""
    run = lab.run
    root = run.root_of(update)
    lab.go(run.timeline.end(update, "f" if root is None else "b"))
    run = lab.run
    states, reached = run.value_states(), run.grad_states()
    numbers, tape = run.machine.copy(), run.tape
    numbers.flags.writeable = False

    def part(offset: int, index: int) -> Array:
        node = run.graph.nodes[index]
        return numbers[offset : offset + node.size].reshape(node.shape)

    known = [n.index for n in run.graph.nodes if states[n.index] == State.DONE and (n.phase == "f" or n.is_leaf)]
    values = {i: part(int(tape.value_offset[i]), i) for i in known}
    model = [n.index for n in run.graph.nodes if n.phase == "f"]
    grads = {i: part(int(tape.grad_offset[i]), i) for i in model if reached[i] in (State.DONE, State.FINAL)}
    order = () if root is None else tape.backward_order(root)
    found = findings(lab)
    if run.timeline.trains:
        lab.go(Position(update + 1))
    rest = order, -1 if root is None else root, statistics(lab.run), found or findings(lab)
    return Sight(update, values, grads, *rest, tape, numbers)
