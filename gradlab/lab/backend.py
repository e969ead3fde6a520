"""Which machine runs the laboratory, and when it changes to one at full speed.

A run has one machine at a time, never a mixture. With `auto` it begins on one that compiles nothing while the graph is small;
when there has been work, the one at full speed is prepared beside it, and whoever owns the state folds it again there.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from gradlab.graph.idle import Idle
from gradlab.graph.machine import Machine, Warming
from gradlab.graph.machines import AUTO, at_full_speed, at_once, choose, machines, make_machine
from gradlab.graph.tape import Tape

WORTH = 0.3
"""Seconds of work without kernels after which it is worth loading them, if they are ready; that takes as long."""
PATIENCE = 1.0
"""Seconds of work without kernels after which it is worth compiling them."""


class Backend:
    """The choice of a machine. wanted: "auto" or the name of a machine; with "auto" a slow one gives way to a fast one.

    stays: the name of a machine that does not give way, whatever is wanted for work beside the run.
    compiled: whether kernels were compiled meanwhile, and are ready.
    Raises ArgumentError for a backend that there is not.
    """

    def __init__(self, tape: Tape, wanted: str = AUTO, stays: str = "") -> None:
        self.tape, self.wanted = tape, wanted
        self.name = choose(tape, stays or wanted)
        fast = at_full_speed(tape.dtype.name) if wanted == AUTO and not stays else None
        self._next = None if fast is None or fast.name == self.name else fast
        self._warming: Warming | None = None
        self._seconds = 0.0
        self._ready: bool | None = None
        self._tried = self.compiled = False
        self._notes: list[str] = []

    def machine(self) -> Machine:
        """Make the machine."""
        return make_machine(self.tape, self.name)

    def warm(self) -> None:
        """Prepare the fast machine beside the slow one, if it is wanted and not there; else it is prepared when it is made."""
        if self._next is not None and self._next.warm is not None and not self._tried:
            self._tried = True
            self._warming = self._next.warm(self.tape)
            if self._warming is None:
                self._ready = True
            else:
                atexit.register(self._warming.stop)

    def worked(self, seconds: float) -> None:
        """Take note of time that was spent on running ops."""
        self._seconds += seconds
        if self._next is None:
            return
        if self._seconds > WORTH and self._ready is None:
            self._ready = self._next.ready(self.tape)
        if self._seconds > PATIENCE and not self._ready:
            self.warm()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Count what is done in the block as work: beside the axis, too."""
        began = monotonic()
        try:
            yield
        finally:
            self.worked(monotonic() - began)

    def beside(self, tape: Tape, seconds: float = 0.0) -> str:
        """Return the name of the machine for work beside the run, on a tape of its own, which takes about so many seconds.

        With `auto` it is the one at full speed where its kernels are ready and the work is worth loading them; what a person
        asked for is taken where it has the dtype, else what is there at once.
        """
        dtype = tape.dtype.name
        if self.wanted != AUTO:
            return self.name if dtype in machines()[self.name].dtypes else at_once(dtype).name
        fast = at_full_speed(dtype)
        loaded = fast is not None and self.name == fast.name
        if fast is not None and (loaded or self._seconds + seconds > WORTH):
            return fast.name if (loaded and tape is self.tape) or fast.ready(tape) else choose(tape)
        return choose(tape)

    def take_notes(self) -> list[str]:
        """Return what is to be said of preparing the fast machine, once."""
        notes, self._notes = self._notes, []
        return notes

    @property
    def prepared(self) -> bool:
        """Whether preparing the fast machine has ended, well or not, and that was not looked at yet. For any thread."""
        return self._warming is not None and self._warming.done

    @property
    def changed(self) -> bool:
        """Whether the fast machine has just become worth it and ready; then the next machine is that one."""
        if self._next is None:
            return False
        if self._warming is not None and self._warming.done:
            self._ready = self.compiled = self._next.ready(self.tape)
            self._notes += [failure] if not self._ready and (failure := self._warming.failure) else []
            self._warming = None
        if self._ready:
            self.name, self._next = self._next.name, None
            return True
        return False


class Nothing(Backend):
    """The choice where nothing is computed."""

    def __init__(self, tape: Tape) -> None:
        super().__init__(tape, at_once(tape.dtype.name).name)

    def machine(self) -> Machine:
        """Make a machine that holds no numbers."""
        return Idle(self.tape)
