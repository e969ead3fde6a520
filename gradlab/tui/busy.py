"""How far the action is that runs, and how often that is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, process_time, thread_time
from typing import Any

from gradlab.lab.working import Work
from gradlab.tui.moment import Look, Request

FRAME_SECONDS, QUICK_SECONDS, SLOWEST_SECONDS = 0.1, 0.03, 1.0
"""Seconds between two pictures while something runs: at least; where somebody looks about; at most."""
SHARE = 0.06
"""How much of the CPU time of the work all drawing together may take."""
DATED_SHARE = 0.02
"""The same of one picture that says itself of which update it is: making it may take a whole update of another run."""

SEARCHES = ("run", "continue", "reverse")
"""What ends where something is met: nobody knows how far that is."""


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
        if self.action.partition(" ")[0] in SEARCHES:
            return Work(self.action, rate=rate, waiting=waiting)
        left = past * (1 - self.progress) / self.progress if 0 < self.progress < 1 else None
        return Work(self.action, self.progress, rate, left, waiting)


class FramePace:
    """Says when the next picture of the work is due, in the thread that works.

    There are at most ten a second, and none while all other threads, and the pictures in this one, have had more than a small
    share of the CPU time of the work; but one a second in any case.
    """

    def __init__(self) -> None:
        self._shown, self._all, self._resumed = monotonic(), process_time(), thread_time()
        self._worked = 0.0

    def due(self, *, looked: bool) -> bool:
        """Return whether a picture is due. looked: whether somebody looks about."""
        past = monotonic() - self._shown
        if looked or past <= FRAME_SECONDS:
            return looked and past > QUICK_SECONDS
        worked = self._worked + thread_time() - self._resumed
        return past > SLOWEST_SECONDS or process_time() - self._all - worked <= SHARE * worked

    def rest(self) -> None:
        """Take note that the work rests for a picture."""
        self._worked += thread_time() - self._resumed

    def resume(self) -> None:
        """Take note that a picture was sent, and the work goes on."""
        self._shown, self._resumed = monotonic(), thread_time()


@dataclass(frozen=True, slots=True)
class DatedPicture:
    """A picture that says of which update it is.   at: what it is of.   made, cost: when, and seconds of CPU that it took."""

    picture: Any
    request: Request
    at: tuple[int, int]
    made: float
    cost: float


class DatedPictures:
    """Pictures that are shown a little longer while something runs, by panel; one action has some of its own."""

    def __init__(self) -> None:
        self._kept: dict[str, DatedPicture] = {}

    def get(self, name: str, request: Request, look: Look, make: Callable[[], Any]) -> Any:
        """Return the picture of a panel: the last one of the same number, unless it is time to make another one."""
        kept, at, began = self._kept.get(name), (look.focus, look.element), thread_time()
        if kept is not None and (kept.request, kept.at) == (request, at) and (began - kept.made) * DATED_SHARE < kept.cost:
            return kept.picture
        picture = make()
        self._kept.pop(name, None)
        if getattr(picture, "dated", False):
            made = thread_time()
            self._kept[name] = DatedPicture(picture, request, at, made, made - began)
        return picture
