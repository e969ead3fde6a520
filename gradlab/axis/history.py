"""The losses of a run: all of them while there are few, every second, fourth … when there are many."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

CAPACITY = 1 << 16
SHOWN = 2000


class LossHistory:
    """Pairs (update, loss). Of updates that are not multiples of `stride` only the last one is kept."""

    def __init__(self) -> None:
        self.stride = 1
        self.updates = array("q")
        self.losses = array("d")
        self.last: tuple[int, float] | None = None

    def add(self, first: int, losses: Sequence[float] | npt.NDArray[np.floating[Any]]) -> None:
        """Add the losses of consecutive updates. Those from `first` on that were there before are replaced.

        An array is looked at only where something of it is kept: in a small network one look takes as long as an update.
        """
        self.cut(first)
        while len(self.updates) + len(losses) // self.stride > CAPACITY:
            self._thin()
        start = -first % self.stride
        self.updates.extend(range(first + start, first + len(losses), self.stride))
        self.losses.extend(map(float, losses[start :: self.stride]))
        if len(losses):
            self.last = first + len(losses) - 1, float(losses[-1])

    def _thin(self) -> None:
        self.stride *= 2
        kept = [i for i, update in enumerate(self.updates) if update % self.stride == 0]
        self.updates = array("q", [self.updates[i] for i in kept])
        self.losses = array("d", [self.losses[i] for i in kept])

    def cut(self, update: int) -> None:
        """Forget an update and all behind it."""
        while self.updates and self.updates[-1] >= update:
            self.updates.pop()
            self.losses.pop()
        if self.last is not None and self.last[0] >= update:
            self.last = (self.updates[-1], self.losses[-1]) if self.updates else None

    def pairs(self, first: int = 0, most: int = SHOWN) -> tuple[tuple[int, float], ...]:
        """Return at most about `most` pairs from an update on, evenly thinned; the last one is always there."""
        start = next((i for i, update in enumerate(self.updates) if update >= first), len(self.updates)) if first else 0
        step = max(1, -(-(len(self.updates) - start) // max(1, most - 1)))
        found = list(zip(self.updates[start::step], self.losses[start::step], strict=True))
        if self.last is not None and self.last[0] >= first and (not found or found[-1] != self.last):
            found.append(self.last)
        return tuple(found)
