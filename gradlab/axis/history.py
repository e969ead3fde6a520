"""The losses of a run: all of them while there are few, every second, fourth … when there are many."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

CAPACITY = 1 << 16
SHOWN = 2000


class LossHistory:
    """Pairs (update, loss). Of blocks of updates that are not multiples of `stride` only the last update of all is kept.

    block: updates that are kept or dropped together: a round, where several objectives take turns.
    """

    def __init__(self, block: int = 1) -> None:
        self.block = block
        self.stride = 1
        self.updates = array("q")
        self.losses = array("d")
        self.last: tuple[int, float] | None = None

    def add(self, first: int, losses: Sequence[float] | npt.NDArray[np.floating[Any]]) -> None:
        """Add the losses of consecutive updates. Those from `first` on that were there before are replaced.

        An array is looked at only where something of it is kept: in a small network one look takes as long as an update.
        """
        self.add_each(range(first, first + len(losses)), losses)

    def add_each(self, updates: range, losses: Sequence[float] | npt.NDArray[np.floating[Any]]) -> None:
        """Add the losses of evenly spaced updates, as `add` does. updates: at most one of a block, or all of it."""
        if not len(losses):
            return
        self.cut(updates[0])
        while len(self.updates) + len(losses) // self.stride > CAPACITY:
            self._thin()
        if self.block == updates.step:
            start = -(updates[0] // self.block) % self.stride
            self.updates.extend(updates[start :: self.stride])
            self.losses.extend(map(float, losses[start :: self.stride]))
        else:
            kept = [i for i, update in enumerate(updates) if self._keeps(update)]
            self.updates.extend(updates[i] for i in kept)
            self.losses.extend(float(losses[i]) for i in kept)
        self.last = updates[-1], float(losses[-1])

    def _keeps(self, update: int) -> bool:
        return update // self.block % self.stride == 0

    def _thin(self) -> None:
        """Drop every second block. An interruption comes before all of it or behind: the last statement has no call in it."""
        stride = 2 * self.stride
        kept = [i for i, update in enumerate(self.updates) if update // self.block % stride == 0]
        updates, losses = array("q", [self.updates[i] for i in kept]), array("d", [self.losses[i] for i in kept])
        self.stride, self.updates, self.losses = stride, updates, losses

    def cut(self, update: int) -> None:
        """Forget an update and all behind it; and an update whose loss an interruption kept from being written."""
        del self.updates[len(self.losses) :]
        while self.updates and self.updates[-1] >= update:
            self.losses.pop()
            self.updates.pop()
        if self.last is not None and self.last[0] >= update:
            self.last = (self.updates[-1], self.losses[-1]) if self.updates else None

    def copied(self) -> Self:
        """Return another one with the same in it."""
        other = type(self)(self.block)
        other.stride, other.last = self.stride, self.last
        other.updates, other.losses = self.updates[:], self.losses[:]
        return other

    def pairs(self, first: int = 0, most: int = SHOWN) -> tuple[tuple[int, float], ...]:
        """Return at most about `most` pairs from an update on, evenly thinned; the last one is always there."""
        start = next((i for i, update in enumerate(self.updates) if update >= first), len(self.updates)) if first else 0
        step = max(1, -(-(len(self.updates) - start) // max(1, most - 1)))
        found = list(zip(self.updates[start::step], self.losses[start::step], strict=True))
        if self.last is not None and self.last[0] >= first and (not found or found[-1] != self.last):
            found.append(self.last)
        return tuple(found)
