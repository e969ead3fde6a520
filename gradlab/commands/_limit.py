"""A bound on the time that something may take, for code that runs in the main thread."""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TimeLimitReached(BaseException):
    """The time is over. Like an interruption it is no `Exception`: nobody on the way may take it for a failure of theirs."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimitReached in the block when it takes longer than this; an interruption by the user goes on as before.

    The alarm is a timer thread that simulates an interrupt, for Windows has no SIGALRM. Its handler is our own: an ignored
    SIGINT, which is what a shell gives to a job in the background, would swallow the alarm.
    """
    over = threading.Event()
    previous = signal.getsignal(signal.SIGINT)

    def interrupted(number: int, frame: FrameType | None) -> None:
        if over.is_set():
            over.clear()
            raise TimeLimitReached
        if callable(previous):
            previous(number, frame)

    def ring() -> None:
        over.set()
        _thread.interrupt_main()

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    signal.signal(signal.SIGINT, interrupted)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, previous or signal.SIG_DFL)
