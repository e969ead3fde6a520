"""A machine beside the run that is examined: whole passes over the data, with the parameters of any time and in either mode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from gradlab.graph.machine import Machine
from gradlab.graph.machines import make_machine
from gradlab.lab.core import Core
from gradlab.op import Array

MOST_BATCHES = 1_000
"""Batches of one pass over the data, at most; of a longer epoch the first ones are looked at."""


@dataclass(slots=True)
class DataBench:
    """The machine, and what it takes to feed it. lab: the one that is examined; its clock is asked between two batches."""

    lab: Core
    root: int
    _machine: Machine | None = field(default=None, repr=False)

    @property
    def machine(self) -> Machine:
        """The machine, made when it is first wanted. Raises BoundError where there is no memory for it."""
        if self._machine is None or self._machine.backend != self.lab.run.machine.backend:
            self.lab.twins.afford("a look at all data", self.lab.tape)
            self._machine = make_machine(self.lab.tape, self.lab.run.machine.backend)
        return self._machine

    @property
    def batches(self) -> int:
        """How many batches one pass has."""
        return min(max(1, self.lab.model.batches), MOST_BATCHES)

    def prepare(self, leaves: Mapping[int, Array], mode: str) -> None:
        """Load all leaves, and write what some hold at another time. mode: train or eval."""
        machine = self.machine
        machine.load(self.lab.run.origin.seed)
        for index, array in (*self.lab.run.origin.leaves.items(), *leaves.items()):
            machine.write(index, array)
        for node in machine.tape.graph.nodes:
            if node.op.role == "mode":
                machine.write(node.index, float(mode == "train"))

    def feed(self, batch: int) -> None:
        """Write the leaves that differ from batch to batch."""
        machine, seed = self.machine, self.lab.run.origin.seed
        for node in machine.tape.varying:
            if node.feed is not None:
                machine.write(node.index, node.feed.value(seed, batch))

    def passes(self, leaves: Mapping[int, Array], mode: str, most: int = MOST_BATCHES) -> Iterator[Machine]:
        """Yield the machine behind the forward pass of each batch of an epoch. Raises Stopped."""
        yield from self._run_through(leaves, mode, min(self.batches, most))

    def losses(self, leaves: Mapping[int, Array], mode: str, updates: int) -> list[float]:
        """Return the losses of the first updates of a run whose parameters stay as they are. Raises Stopped."""
        return [float(machine.value(self.root).reshape(-1)[0]) for machine in self._run_through(leaves, mode, updates)]

    def _run_through(self, leaves: Mapping[int, Array], mode: str, count: int) -> Iterator[Machine]:
        self.prepare(leaves, mode)
        for batch in range(count):
            self.lab.breathe()
            self.feed(batch)
            with np.errstate(all="ignore"):
                self.machine.forward(0, len(self.machine.tape.forward_order))
            yield self.machine

    def gradient(self, leaves: Mapping[int, Array], params: tuple[int, ...], most: int) -> Array:
        """Return the mean gradient of some parameters over batches, as one vector, in mode train. Raises Stopped."""
        total, count = np.zeros(sum(self.machine.tape.graph.nodes[p].size for p in params)), 0
        for machine in self.passes(leaves, "train", most):
            machine.seed(self.root)
            machine.backward(self.root, 0, len(machine.tape.backward_order(self.root)))
            reached = machine.tape.backward_program(self.root).reached
            parts = [machine.grad(p).reshape(-1) if reached[p] else np.zeros(machine.value(p).size) for p in params]
            total += np.concatenate(parts)
            count += 1
        return total / max(count, 1)
