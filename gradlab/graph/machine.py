"""What runs a tape: a machine holds the numbers of all nodes and executes stretches of the three phases on them.

A machine is one file of `gradlab.graph.machines`, which declares what it can in a constant `MACHINE`. Where its numbers lie is
its own affair: others read them, write them and copy them by the methods here. A machine knows nothing of positions, journals
or states; the laboratory does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from gradlab.graph.graph import Dealt, Feed, Objective
from gradlab.graph.measures import Floats, Measures, Probe, added_up
from gradlab.graph.tape import Tape
from gradlab.graph.turns import Turns
from gradlab.op import Array

What = Literal["value", "grad"]
Mover = Callable[[npt.NDArray[np.int64], npt.NDArray[np.float64]], npt.NDArray[np.float64]]
"""Takes flat places and what is added to each, one after the other; returns the sum of a root for each."""


class Machine(ABC):
    """The numbers of a tape and the ways to run ops on them.

    runs: whether it computes anything.   backend: the name of its kind.   nbytes: how much memory a copy of all numbers takes.
    turns: which batch an update takes; whoever lets objectives act in another order puts its own here.
    """

    backend = ""
    runs = True

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.measures: Measures | None = None
        self.turns = Turns(tape.graph.objectives)

    def measure(self, measures: Measures | None) -> None:
        """Have something measured while training from now on, or nothing any more."""
        self.measures = measures

    @property
    @abstractmethod
    def nbytes(self) -> int:
        """The bytes of a copy."""

    @abstractmethod
    def value(self, index: int) -> Array:
        """Return the value of a node; it cannot be written to, and may change when ops run."""

    @abstractmethod
    def grad(self, index: int) -> Array:
        """Return the gradient of a node of the model, in the same way."""

    def read(self, index: int, what: What) -> Array:
        """Return the value or the gradient of a node, in the same way."""
        return self.value(index) if what == "value" else self.grad(index)

    @abstractmethod
    def write(self, index: int, numbers: Any, what: What = "value", where: Any = ...) -> None:
        """Write numbers into the value or the gradient of a node, or into the part of it that a NumPy index names."""

    @property
    @abstractmethod
    def numbers(self) -> Array:
        """All numbers, laid out as the tape says. They cannot be written to, and may change when ops run."""

    @abstractmethod
    def copy(self) -> Array:
        """Return a copy of all numbers, working memory included, laid out as the tape says: any machine of it takes that."""

    @abstractmethod
    def restore(self, numbers: Array) -> None:
        """Make all numbers those of a copy that a machine of the same tape has made."""

    @abstractmethod
    def finite(self) -> bool:
        """Return whether all numbers are finite, working memory included: the cheap question that is asked first."""

    @np.errstate(over="ignore")
    def load(self, seed: int, update: int = 0, *, only_varying: bool = False) -> None:
        """Write the values that the leaves have at the beginning of an update."""
        nodes = self.tape.varying if only_varying else self.tape.graph.nodes
        for node in nodes:
            if node.feed is not None:
                self.write(node.index, self.fed(node.feed, seed, update))
        self.tick(update)

    def fed(self, feed: Feed, seed: int, update: int) -> Array:
        """Return what a feed gives in an update."""
        return feed.value(seed, self.turns.batch(update) if isinstance(feed, Dealt) else update)

    def tick(self, update: int) -> None:
        """Tell the clocks which update this is."""
        for index in self.tape.clocks:
            self.write(index, update)

    def seed(self, root: int, array: Array | None = None) -> None:
        """Begin a backward pass: the gradient of the root is 1, or the array."""
        self.write(root, 1.0 if array is None else array, "grad")

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

    def mover(self, index: int, order: Sequence[int], root: int, run: Callable[[], None] | None = None) -> Mover:
        """Return what moves single elements of a value, runs the ops of `order` for each, and looks at the sum of the root.

        The value is as it was afterwards; what depends on it is that of the last move. run: what runs the ops instead.
        """
        run = run or self.runner(order)

        def move(places: npt.NDArray[np.int64], by: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            ends = np.empty(len(places))
            shape = self.value(index).shape
            for k, place in enumerate(places.tolist()):
                at = np.unravel_index(place, shape)
                kept = float(self.value(index)[at])
                self.write(index, kept + by[k], "value", at)
                run()
                ends[k] = np.sum(self.value(root))
                self.write(index, kept, "value", at)
            return ends

        return move

    def run_one(self, index: int) -> None:
        """Run the forward op of one node."""
        self.runner((index,))()

    def commit(self, objective: Objective) -> None:
        """Make the next values of parameters and optimizer state the present ones."""
        for following, leaf in objective.commits:
            self.write(leaf, self.value(following))

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

    def sums(self, found: Sequence[tuple[Probe, Array]], groups: int) -> Floats:
        """Return what the arrays of probes add up to in each group, shape (groups, SUMS): to the bit what `train` measures."""
        return added_up(found, groups)


class Warming(Protocol):
    """Something that prepares a machine while another one works."""

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        ...

    @property
    def failure(self) -> str:
        """What is to be said of it when it has come to nothing."""
        ...

    def stop(self) -> None:
        """End it."""
        ...


@dataclass(frozen=True, slots=True)
class MachineKind:
    """What a file of `gradlab.graph.machines` declares.

    name: the word for it (`--backend jit`).   title: a sentence for people, without the full stop.
    make(tape): makes one.   dtypes: what it computes in.
    fast: whether it trains at full speed, so that it is worth changing to.
    auto: whether `auto` may choose it; else it runs only for those who name it.
    missing(): why it is not there on this computer; "" where it is.
    ready(tape): whether it can begin at once; one that has to compile for a tape says no until that is done.
    warm(tape): prepares it beside what runs; None where nothing can be prepared. None for a machine that is always ready.
    """

    name: str
    title: str
    make: Callable[[Tape], Machine]
    dtypes: tuple[str, ...] = ("float64", "float32")
    fast: bool = False
    auto: bool = False
    missing: Callable[[], str] = lambda: ""
    ready: Callable[[Tape], bool] = lambda tape: True
    warm: Callable[[Tape], Warming | None] | None = None

    @property
    def compiles(self) -> bool:
        """Whether something has to be compiled for a tape before it can begin."""
        return self.warm is not None
