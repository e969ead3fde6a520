"""Machines whose numbers lie in one NumPy arena, laid out as the tape says."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.graph.machine import Machine, What
from gradlab.graph.tape import Tape
from gradlab.graph.threads import one_thread
from gradlab.op import Array


class ArenaMachine(Machine):
    """A machine with an arena. What others get to see are views of it that cannot be written to."""

    def __init__(self, tape: Tape) -> None:
        super().__init__(tape)
        one_thread()
        self.arena = tape.allocate()
        self._shown = self.arena.view()
        self._shown.flags.writeable = False

    @property
    def nbytes(self) -> int:
        """See `Machine.nbytes`."""
        return self.arena.nbytes

    def value(self, index: int) -> Array:
        """See `Machine.value`."""
        return self._slice(self._shown, int(self.tape.value_offset[index]), index)

    def grad(self, index: int) -> Array:
        """See `Machine.grad`."""
        return self._slice(self._shown, int(self.tape.grad_offset[index]), index)

    def write(self, index: int, numbers: Any, what: What = "value", where: Any = ...) -> None:
        """See `Machine.write`."""
        offsets = self.tape.value_offset if what == "value" else self.tape.grad_offset
        self._slice(self.arena, int(offsets[index]), index)[where] = numbers

    @property
    def numbers(self) -> Array:
        """See `Machine.numbers`."""
        return self._shown

    def copy(self) -> Array:
        """See `Machine.copy`."""
        return self.arena.copy()

    def restore(self, numbers: Array) -> None:
        """See `Machine.restore`."""
        self.arena[...] = numbers

    def finite(self) -> bool:
        """See `Machine.finite`."""
        return bool(np.isfinite(self.arena).all())

    def _value(self, index: int) -> Array:
        """Return the value of a node, to be written to."""
        return self._slice(self.arena, int(self.tape.value_offset[index]), index)

    def _grad(self, index: int) -> Array:
        """Return the gradient of a node, to be written to."""
        return self._slice(self.arena, int(self.tape.grad_offset[index]), index)

    def _scratch(self, index: int) -> Array:
        """Return the working memory of a node, flat."""
        plan = self.tape.plans[index]
        start = int(self.tape.scratch_offset[index])
        return self.arena[start : start + (plan.scratch if plan else 0)]

    def _slice(self, arena: Array, offset: int, index: int) -> Array:
        assert offset >= 0, f"node {index} has no such slice"
        node = self.tape.graph.nodes[index]
        return arena[offset : offset + node.size].reshape(node.shape)
