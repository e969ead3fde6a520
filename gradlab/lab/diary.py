"""What was done in a laboratory, one entry a deed, so that it can be done again; whoever listens hears of each as it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from gradlab.axis.position import Position
from gradlab.errors import GradlabError
from gradlab.lab.core import Core, Stopped

Kind = Literal["do", "skip", "page", "outside"]
_Standing = tuple[Position, int, int]


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that was done.

    kind: an action line, a question that was skipped, a page that was turned, or "outside": something that is none of these.
    text: the action line.   line: of the file that it stands in, as the next statement of the script; 0 for what was typed.
    start, end: where the run stood before and behind it.   deeds: by how many the journal has grown.
    edited: whether the journal is another one than before.   error: why it could not be done, in one line, or "".
    stopped: whether it was broken off at `end`.   backend: the machine that runs it at its end.
    """

    kind: Kind
    text: str
    line: int
    start: Position
    end: Position
    deeds: int
    edited: bool
    error: str = ""
    stopped: bool = False
    backend: str = ""


Listener = Callable[[Happened], None]


class Diary:
    """All that happened to one laboratory, in order.

    listeners: each is called with what happened as it ends.   depth: how deep layers were looked at to begin with.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self.past: list[Happened] = []
        self.listeners: list[Listener] = []
        self.depth = core.graph.depth
        self._inside = False
        self._left = self._standing()

    @contextmanager
    def entry(self, text: str, line: int = 0, kind: Kind = "do") -> Iterator[None]:
        """Write down what is done in the block, also when it fails; what is done within it is a part of it."""
        if self._inside:
            yield
            return
        if not self.past:
            self.depth = self._core.graph.depth
        before = self._standing()
        if before != self._left:
            self._tell("outside", "", 0, self._left)
        self._inside, error, stopped = True, "", False
        try:
            yield
        except Stopped:
            stopped = True
            raise
        except GradlabError as failure:
            error = failure.headline
            raise
        except BaseException:
            stopped = True
            raise
        finally:
            self._inside = False
            self._tell(kind, text, line, before, error, stopped=stopped)

    def _tell(self, kind: Kind, text: str, line: int, before: _Standing, error: str = "", *, stopped: bool = False) -> None:
        at, number, last = self._left = self._standing()
        backend = self._core.run.machine.backend
        edited = (number, last) != before[1:]
        found = Happened(kind, text, line, before[0], at, number - before[1], edited, error, stopped, backend)
        self.past.append(found)
        for listener in tuple(self.listeners):
            listener(found)

    def _standing(self) -> _Standing:
        journal = self._core.journal
        deeds = journal.deeds
        return self._core.position, len(deeds), id(deeds[-1] if deeds else journal.origin)
