"""What waits for the lab thread: deeds in the order of the keys, and looks, which change no number and may go before them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition
from typing import Literal

Kind = Literal["deed", "look", "other"]


@dataclass(frozen=True, slots=True)
class LabTask:
    """Something to run. kind: a deed may be dropped while it waits; a look may be done in the midst of a long deed."""

    run: Callable[[], None]
    kind: Kind = "other"


class Tasks:
    """A queue that any thread fills and one thread empties. Every task that was taken is to be followed by `done`."""

    def __init__(self) -> None:
        self._waiting: deque[LabTask | None] = deque()
        self._running = 0
        self._changed = Condition()

    def put(self, run: Callable[[], None], kind: Kind = "other") -> None:
        """Add a task behind all others."""
        self._add(LabTask(run, kind))

    def end(self) -> None:
        """Let the thread end behind what waits now."""
        self._add(None)

    def _add(self, task: LabTask | None) -> None:
        with self._changed:
            self._waiting.append(task)
            self._changed.notify_all()

    def take(self) -> LabTask | None:
        """Return the next task, and wait for it; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting)
            self._running += 1
            return self._waiting.popleft()

    def done(self) -> None:
        """Take note that a task is done."""
        with self._changed:
            self._running -= 1

    def take_looks(self) -> list[LabTask]:
        """Return the looks that wait, and leave all else where it is; each is to be followed by `done`."""
        with self._changed:
            looks = [task for task in self._waiting if task is not None and task.kind == "look"]
            self._waiting = deque(task for task in self._waiting if task is None or task.kind != "look")
            self._running += len(looks)
            return looks

    def drop_deeds(self) -> int:
        """Forget the deeds that wait, and return how many there were."""
        with self._changed:
            before = self.deeds
            self._waiting = deque(task for task in self._waiting if task is None or task.kind != "deed")
            return before

    @property
    def deeds(self) -> int:
        """How many deeds wait."""
        with self._changed:
            return sum(task is not None and task.kind == "deed" for task in self._waiting)

    @property
    def idle(self) -> bool:
        """Whether nothing runs and nothing waits."""
        with self._changed:
            return not self._running and not any(self._waiting)

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        with self._changed:
            return not self._waiting
