"""The machine of a file that is never run: it has no numbers and takes no memory, whatever the graph needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradlab.graph.graph import Objective
from gradlab.graph.machine import Machine, What
from gradlab.op import Array


class Idle(Machine):
    """Every number is NaN, none can be written, and no op runs."""

    backend = "none"
    runs = False

    @property
    def nbytes(self) -> int:
        """None."""
        return 0

    def value(self, index: int) -> Array:
        """Return NaN in the shape of a node, in the memory of one number."""
        return np.broadcast_to(np.full((), np.nan, self.tape.dtype), self.tape.graph.nodes[index].shape)

    grad = value

    def write(self, index: int, numbers: Any, what: What = "value", where: Any = ...) -> None:
        """Do nothing."""

    @property
    def numbers(self) -> Array:
        """An array without elements."""
        return np.empty(0, self.tape.dtype)

    def copy(self) -> Array:
        """Return an array without elements."""
        return np.empty(0, self.tape.dtype)

    def restore(self, numbers: Array) -> None:
        """Do nothing."""

    def finite(self) -> bool:
        """Return True: there is nothing that is not."""
        return True

    def load(self, seed: int, update: int = 0, *, only_varying: bool = False) -> None:
        """Ask no feed for its numbers."""

    def forward(self, start: int, stop: int) -> None:
        """Do nothing."""

    def backward(self, root: int, start: int, stop: int, add: bool = False) -> None:
        """Do nothing."""

    def update(self, objective: Objective, start: int, stop: int) -> None:
        """Do nothing."""

    def runner(self, indexes: Sequence[int]) -> Callable[[], None]:
        """Return a function that does nothing."""
        return lambda: None
