"""What runs a tape: a machine owns one arena and executes stretches of the three phases in it.

Two machines do the same: the plain one calls the ops' own functions on NumPy views, the compiled one (`gradlab.graph.compiled`)
their kernels. A machine knows nothing of positions, journals or states; the laboratory does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

import numpy as np

from gradlab.graph.graph import Objective
from gradlab.graph.measures import Measures
from gradlab.graph.tape import Tape
from gradlab.op import Array


class Machine(ABC):
    """An arena and the ways to run ops in it. `value` and `grad` are views of the arena: writing to them edits it."""

    backend = ""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.arena = tape.allocate()
        self.measures: Measures | None = None

    def measure(self, measures: Measures | None) -> None:
        """Have something measured while training from now on, or nothing any more."""
        self.measures = measures

    def value(self, index: int) -> Array:
        """Return the value of a node, as a view."""
        return self._view(int(self.tape.value_offset[index]), index)

    def grad(self, index: int) -> Array:
        """Return the gradient of a node of the model, as a view."""
        return self._view(int(self.tape.grad_offset[index]), index)

    def scratch(self, index: int) -> Array:
        """Return the working memory of a node, flat."""
        plan = self.tape.plans[index]
        start = int(self.tape.scratch_offset[index])
        return self.arena[start : start + (plan.scratch if plan else 0)]

    def _view(self, offset: int, index: int) -> Array:
        assert offset >= 0, f"node {index} has no such slice"
        node = self.tape.graph.nodes[index]
        return self.arena[offset : offset + node.size].reshape(node.shape)

    def load(self, seed: int, update: int = 0, *, only_varying: bool = False) -> None:
        """Write the values that the leaves have at the beginning of an update."""
        nodes = self.tape.varying if only_varying else self.tape.graph.nodes
        for node in nodes:
            if node.feed is not None:
                self.value(node.index)[...] = node.feed.value(seed, update)
        self.tick(update)

    def tick(self, update: int) -> None:
        """Tell the clocks which update this is."""
        for index in self.tape.clocks:
            self.value(index)[...] = update

    def seed(self, root: int, array: Array | None = None) -> None:
        """Begin a backward pass: the gradient of the root is 1, or the array."""
        self.grad(root)[...] = 1.0 if array is None else array

    @abstractmethod
    def forward(self, start: int, stop: int) -> None:
        """Run the ops `start` to `stop` (not included) of the forward order."""

    @abstractmethod
    def backward(self, root: int, start: int, stop: int, add: bool = False) -> None:
        """Run the ops `start` to `stop` of the backward program of a root; with `add` all of them add to what is there."""

    @abstractmethod
    def update(self, objective: Objective, start: int, stop: int) -> None:
        """Run the ops `start` to `stop` of the update of an objective. Does not commit."""

    @abstractmethod
    def runner(self, indexes: Sequence[int]) -> Callable[[], None]:
        """Return a function that runs the forward ops of some nodes, in this order; for running the same ones often."""

    def run_one(self, index: int) -> None:
        """Run the forward op of one node."""
        self.runner((index,))()

    def commit(self, objective: Objective) -> None:
        """Make the next values of parameters and optimizer state the present ones."""
        for following, leaf in objective.commits:
            self.value(leaf)[...] = self.value(following)

    def train(self, objective: Objective, updates: int, first: int, seed: int = 0) -> Array:
        """Run whole updates, from number `first`; return the value of the root in each."""
        losses = np.empty(updates, self.tape.dtype)
        count = len(self.tape.forward_order)
        for i in range(updates):
            if i or self.tape.varying:
                self.load(seed, first + i, only_varying=True)
            self.tick(first + i)
            self.forward(0, count)
            losses[i] = self.value(objective.root).reshape(-1)[0]
            self.seed(objective.root)
            self.backward(objective.root, 0, len(self.tape.backward_order(objective.root)))
            self.update(objective, 0, len(objective.updates))
            if self.measures is not None and self.measures.due(first + i):
                self.measures.take(self, objective, first + i)
            self.commit(objective)
        return losses


def make_machine(tape: Tape, backend: str = "plain") -> Machine:
    """Return a machine for a tape: "plain" runs at once, "jit" compiles (or loads from the cache) the kernels that it meets."""
    if backend == "plain":
        from gradlab.graph.plain import PlainMachine

        return PlainMachine(tape)
    from gradlab.graph.compiled import CompiledMachine

    return CompiledMachine(tape)
