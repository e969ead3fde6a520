"""How far the action is that runs."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from gradlab.lab.working import Work


@dataclass(slots=True)
class Busy:
    """The action that is running, and how far it is. began: `monotonic()` then; update: where it began.

    looked: whether somebody has looked about since.
    """

    action: str = ""
    progress: float = 0.0
    began: float = 0.0
    update: int = 0
    looked: bool = False

    def work(self, update: int, waiting: int) -> Work:
        """Return what there is to say of it, for the update where it is now."""
        if not self.action:
            return Work()
        past = monotonic() - self.began
        done = update - self.update
        rate = done / past if done > 0 and past > 0 else 0.0
        left = past * (1 - self.progress) / self.progress if 0 < self.progress < 1 else None
        return Work(self.action, self.progress, rate, left, waiting)
