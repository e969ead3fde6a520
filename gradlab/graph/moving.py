"""The root of a graph while single numbers of one value are moved: only what depends on the value is run again."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from gradlab.graph.machine import Machine, Mover
from gradlab.graph.surrogates import by_rule, runner_by_rule, silent_inputs
from gradlab.op import Array


class Reach:
    """What depends on what, on the way to a root. What an op sends no gradient to (a class number, a mask) is held still."""

    def __init__(self, machine: Machine, root: int) -> None:
        nodes = machine.tape.graph.nodes
        reached = machine.tape.backward_program(root).reached
        self.readers: dict[int, list[int]] = {}
        leading = {root, *(i for i in range(root) if reached[i])}
        for i in range(root, -1, -1):  # what gives a value to an op of which another one gets the gradient
            silent = silent_inputs(nodes[i])
            leading.update(silent if i in leading else ())
            leading.update(nodes[i].inputs if i in leading and not reached[i] and i != root else ())
        for i in machine.tape.forward_order:
            node = nodes[i]
            if i in leading:
                flowing = {s for position, s in enumerate(node.inputs) if node.op.flows(position) or node.op.surrogate}
                for source in flowing:
                    self.readers.setdefault(source, []).append(i)

    def behind(self, index: int) -> tuple[int, ...]:
        """Return the nodes that depend on one and lead to the root, in the order in which they run."""
        found: set[int] = set()
        waiting = [index]
        while waiting:
            fresh = [i for i in self.readers.get(waiting.pop(), ()) if i not in found]
            found.update(fresh)
            waiting += fresh
        return tuple(sorted(found))


class Moving:
    """Moves the numbers of one node. Values and gradients of the pass have to be there; `rest` puts the values back."""

    def __init__(self, machine: Machine, root: int, index: int, behind: tuple[int, ...]) -> None:
        self.machine, self.root, self.index, self.behind = machine, root, index, behind
        self.kept = machine.value(index).copy()
        self._run = runner_by_rule(machine, behind, index)

    @cached_property
    def by_rule(self) -> bool:
        """Whether a surrogate behind the node moves as its backward says."""
        return bool(by_rule(self.machine.tape.graph.nodes, self.behind, self.index))

    @cached_property
    def _mover(self) -> Mover:
        return self.machine.mover(self.index, self.behind, self.root, self._run if self.by_rule else None)

    def each(self, places: npt.NDArray[np.int64], by: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Add a number to one element after the other, each alone; return the sum of the root for each."""
        return self._mover(places, by)

    def along(self, direction: Array, by: float) -> float:
        """Move the whole value; return the sum of the root."""
        self._move(direction, by)
        end = float(np.sum(self.machine.value(self.root)))
        self.machine.write(self.index, self.kept)
        return end

    def branches(self, direction: Array, by: float) -> tuple[bytes, ...]:
        """Return which side of every kink the dependants are on when the value is moved."""
        self._move(direction, by)
        sides = []
        for index in self.behind:
            node = self.machine.tape.graph.nodes[index]
            if node.op.branch is not None and not node.op.surrogate:
                inputs = tuple(self.machine.value(i) for i in node.inputs)
                sides.append(np.asarray(node.op.branch(inputs, self.machine.value(index), node.attrs)).tobytes())
        self.machine.write(self.index, self.kept)
        return tuple(sides)

    def _move(self, direction: Array, by: float) -> None:
        self.machine.write(self.index, self.kept + by * direction)
        self._run()

    def rest(self) -> None:
        """Put all values back."""
        self.machine.write(self.index, self.kept)
        self._run()
