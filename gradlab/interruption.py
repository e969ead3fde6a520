"""Interruptions that are not lost: what Ctrl-C or the end of a time limit raises.

Python swallows an exception that is raised in a callback from C, in a `__del__` or in a weak reference's callback; numba loads
and compiles kernels in such callbacks. So an interruption is also written down, by whoever raises it and by
`sys.unraisablehook`, and raised once more at the next place that looks: between two stretches of work, and after kernels were
loaded. Only the main thread is interrupted.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ALARM: signal.Signals = getattr(signal, "SIGALRM", None) or signal.Signals["SIGBREAK"]
"""The signal of a time limit. Not that of Ctrl-C: of two signals of one kind that come at once, one is lost."""
IMPORTING = "<frozen importlib._bootstrap>"


class TimeLimitReached(BaseException):
    """The time is over. Like an interruption it is no `Exception`: nobody on the way may take it for a failure of theirs."""


class _Due:
    """What has been raised and was perhaps not seen by anybody."""

    kind: type[BaseException] | None = None
    number = 0


def number() -> int:
    """Return how many interruptions were written down so far."""
    return _Due.number


def note(kind: type[BaseException]) -> None:
    """Write down an interruption that is raised now. A person's goes before that of a time limit."""
    _Due.number += 1
    if _Due.kind is not KeyboardInterrupt:
        _Due.kind = kind


def forget() -> None:
    """Take note that the interruption has arrived where it is handled."""
    _Due.kind = None


def look() -> None:
    """Raise the interruption that somebody has swallowed, if there is one."""
    kind = _Due.kind
    if kind is not None and threading.current_thread() is threading.main_thread():
        _Due.kind = None
        raise kind


def importing(frame: FrameType | None) -> bool:
    """Whether a module is being imported: broken off there, many a library cannot be imported a second time."""
    while frame is not None:
        if frame.f_code.co_filename == IMPORTING:
            return True
        frame = frame.f_back
    return False


@contextmanager
def hushed() -> Iterator[None]:
    """Write down what is swallowed in the block. Nothing is printed of it, nor of what an interruption left half-made."""
    previous, before = sys.unraisablehook, number()

    def hook(report: sys.UnraisableHookArgs, /) -> None:
        if report.exc_type in (KeyboardInterrupt, TimeLimitReached):
            note(report.exc_type)
        elif number() == before:  # what was broken off half-made complains as it goes
            previous(report)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = previous


@contextmanager
def kept() -> Iterator[None]:
    """Raise, at the end of the block, an interruption that was swallowed in it; Python's report of that is not printed."""
    with hushed():
        yield
    look()


@contextmanager
def listening() -> Iterator[None]:
    """Keep every Ctrl-C in the block; at its end, raise one that nobody has seen. An ignored SIGINT stays ignored."""
    forget()
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) in (None, signal.SIG_IGN):
        yield
        return
    with _handled(_interrupted), kept():
        yield


@contextmanager
def held_off() -> Iterator[None]:
    """Do a block to its end, whatever comes: what is broken off in the midst of it is of no use to anybody. Then raise it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = {number: signal.getsignal(number) for number in (signal.SIGINT, ALARM)}
    heard: list[int] = []
    for number, handler in previous.items():
        if callable(handler):
            signal.signal(number, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        for number, handler in previous.items():
            if callable(handler):
                signal.signal(number, handler)
        for come in dict.fromkeys(heard):
            signal.raise_signal(come)


@contextmanager
def unheard() -> Iterator[None]:
    """Leave Ctrl-C in the block to Python: an event loop replaces Python's own handler only."""
    if signal.getsignal(signal.SIGINT) is not _interrupted:
        yield
        return
    with _handled(signal.default_int_handler):
        yield


def _interrupted(number: int, frame: FrameType | None) -> None:
    note(KeyboardInterrupt)
    raise KeyboardInterrupt


@contextmanager
def _handled(handler: object) -> Iterator[None]:
    previous = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, handler)  # type: ignore[arg-type]
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
