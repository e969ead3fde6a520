"""Previews of scenarios, made in a thread: the last one that was asked for comes first, and what was made is kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from gradlab.collecting import held_back
from gradlab.draw.ink import Row
from gradlab.draw.sketch import sketch
from gradlab.scenario.outline import ScenarioOutline, outline

MOST = 100
"""Previews that are kept, each of some ten kilobytes at most."""
LONGEST_PROBLEM = 4_000

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PreviewKey:
    """A file, as it was when it was asked for, and the cells that its drawing may take."""

    path: Path
    changed: int
    size: Size


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What was made of a file."""

    outline: ScenarioOutline
    drawing: tuple[Row, ...] = ()


class Previews:
    """Makes and keeps them. made(wanted): is called in the thread when one is there."""

    def __init__(self, made: Callable[[PreviewKey], None]) -> None:
        self._made = made
        self._kept: OrderedDict[PreviewKey, Glimpse] = OrderedDict()
        self._wanted: PreviewKey | None = None
        self._lock = threading.Condition()
        self._ended = False
        self._thread: threading.Thread | None = None

    def ask(self, path: Path, size: Size) -> Glimpse | None:
        """Return the preview of a file, or None: then it is made now, and nothing that was asked for before it."""
        wanted = PreviewKey(path, _changed(path), size)
        with self._lock:
            if (found := self._kept.get(wanted)) is not None:
                self._kept.move_to_end(wanted)
                self._wanted = None
                return found
            self._wanted = wanted
            self._lock.notify()
            if self._thread is None and not self._ended:
                self._thread = threading.Thread(target=self._work, name="previews", daemon=True)
                self._thread.start()
        return None

    def close(self) -> None:
        """End the thread behind what it makes now."""
        with self._lock:
            self._ended = True
            self._lock.notify()

    def _work(self) -> None:
        while (wanted := self._next()) is not None:
            made = _seen(wanted)
            with self._lock:
                self._kept[wanted] = made
                if len(self._kept) > MOST:
                    self._kept.popitem(last=False)
                if self._ended:
                    return
            self._made(wanted)

    def _next(self) -> PreviewKey | None:
        """Wait for the next one; None at the end."""
        with self._lock:
            while self._wanted is None and not self._ended:
                self._lock.wait()
            wanted, self._wanted = self._wanted, None
            return None if self._ended else wanted


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _seen(wanted: PreviewKey) -> Glimpse:
    """Read a file. Whatever a file makes go wrong is what its preview says."""
    try:
        with held_back():
            found = outline(wanted.path)
            drawing = sketch(found.nodes, *wanted.size)
    except Exception as error:  # noqa: BLE001  the browser goes on, whatever a file does
        return Glimpse(ScenarioOutline(wanted.path.stem, problem=f"error: {type(error).__name__}: {error}"[:LONGEST_PROBLEM]))
    return Glimpse(replace(found, nodes=(), problem=found.problem[:LONGEST_PROBLEM]), drawing)
