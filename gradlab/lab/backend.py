"""Which machine runs the laboratory, and when it changes to the compiled one."""

from __future__ import annotations

import atexit

from gradlab.graph import backend
from gradlab.graph.machine import Machine, make_machine
from gradlab.graph.tape import Tape
from gradlab.kernels.cache import keeps

WORTH = 0.3
"""Seconds of work without kernels after which it is worth loading them, if they are ready; that takes as long."""
PATIENCE = 1.0
"""Seconds of work without kernels after which it is worth compiling them."""


class Backend:
    """wanted: "auto", "plain" or "jit". With "auto" a plain machine gives way to a compiled one when its kernels are there."""

    def __init__(self, tape: Tape, wanted: str = "auto") -> None:
        self.tape, self.wanted = tape, wanted
        self.name = backend.choose(tape, wanted)
        self._warming: backend.Warming | None = None
        self._seconds = 0.0
        self._ready: bool | None = None
        self._tried = False

    def machine(self) -> Machine:
        """Make the machine."""
        return make_machine(self.tape, self.name)

    def warm(self) -> None:
        """Compile kernels in another process, if they are wanted and not there; where none can be kept, here."""
        if self.wanted == "auto" and self.name == "plain" and not self._tried:
            self._tried = True
            if not keeps():
                self._ready = True
                return
            self._warming = backend.Warming(self.tape)
            atexit.register(self._warming.stop)

    def worked(self, seconds: float) -> None:
        """Take note of time that was spent on running ops."""
        self._seconds += seconds
        if self.wanted != "auto" or self.name != "plain":
            return
        if self._seconds > WORTH and self._ready is None:
            self._ready = backend.ready(self.tape)
        if self._seconds > PATIENCE and not self._ready:
            self.warm()

    @property
    def changed(self) -> bool:
        """Whether kernels have just become worth it and ready; then the next machine is a compiled one."""
        if self.name != "plain":
            return False
        if self._warming is not None and self._warming.done:
            self._ready, self._warming = backend.ready(self.tape), None
        if self._ready:
            self.name = "jit"
        return self.name == "jit"
