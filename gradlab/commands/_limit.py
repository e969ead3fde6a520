"""A bound on the time that something may take, for code that runs in the main thread."""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from gradlab import interruption
from gradlab.interruption import ALARM, TimeLimitReached

__all__ = ["ALARM", "TimeLimitReached", "time_limit"]


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimitReached in the block when it takes longer than this; an interruption by the user goes on as before.

    The alarm is a timer thread that simulates the signal, for Windows has no timer of its own. While a module is imported it
    waits until somebody looks, and so it does when Python swallows what it raises.
    """

    def ring(number: int, frame: FrameType | None) -> None:
        interruption.note(TimeLimitReached)
        if not interruption.importing(frame):
            raise TimeLimitReached

    timer = threading.Timer(seconds, _thread.interrupt_main, (ALARM,))
    timer.daemon = True
    previous = signal.signal(ALARM, ring)
    timer.start()
    try:
        with interruption.kept():
            yield
    except TimeLimitReached:
        interruption.forget()
        raise
    finally:
        timer.cancel()
        signal.signal(ALARM, signal.SIG_DFL if previous is None else previous)
