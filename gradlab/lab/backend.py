"""Which machine runs the laboratory, and when it changes to the compiled one."""

from __future__ import annotations

import atexit

from gradlab.graph import backend
from gradlab.graph.machine import Machine, make_machine
from gradlab.graph.tape import Tape

PATIENCE = 1.0
"""Seconds of work without kernels after which it is worth compiling them."""


class Backend:
    """wanted: "auto", "plain" or "jit". With "auto" a plain machine gives way to a compiled one when its kernels are there."""

    def __init__(self, tape: Tape, wanted: str = "auto") -> None:
        self.tape, self.wanted = tape, wanted
        self.name = backend.choose(tape, wanted)
        self._warming: backend.Warming | None = None
        self._seconds = 0.0

    def machine(self) -> Machine:
        """Make the machine."""
        return make_machine(self.tape, self.name)

    def warm(self) -> None:
        """Compile kernels in another process, if they are wanted and not there."""
        if self.wanted == "auto" and self.name == "plain" and self._warming is None:
            self._warming = backend.Warming(self.tape)
            atexit.register(self._warming.stop)

    def worked(self, seconds: float) -> None:
        """Take note of time that was spent on running ops."""
        self._seconds += seconds
        if self._seconds > PATIENCE:
            self.warm()

    @property
    def changed(self) -> bool:
        """Whether the kernels have just become ready; then the next machine is a compiled one."""
        if self._warming is None or self.name != "plain" or not self._warming.done:
            return False
        if backend.ready(self.tape):
            self.name = "jit"
        self._warming = None
        return self.name == "jit"
