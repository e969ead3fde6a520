"""Which machine runs a tape: the plain one while the graph is small and little was asked of it, the compiled one else.

A run has one machine at a time, never a mixture. While the plain one works, another process fills the cache: compiling in a
thread would cost frames of 140 ms. When the kernels lie there, whoever owns the state folds it again with them.
"""

from __future__ import annotations

import os
import subprocess
import sys

from gradlab.graph.tape import Tape
from gradlab.kernels import cache, modules
from gradlab.op import Op

SMALL = 10_000_000
"""Multiplications of a forward pass up to which a graph runs without kernels."""


def ops_of(tape: Tape) -> tuple[Op, ...]:
    """Return the ops whose kernels a tape needs."""
    return tuple({n.op.name: n.op for n in tape.graph.nodes if not n.is_leaf}.values())


def ready(tape: Tape) -> bool:
    """Whether every kernel that a tape needs lies in the cache."""
    names = cache.listed()
    return all(cache.is_warm(op, tape.dtype.name, names) for op in (None, *ops_of(tape)))


def choose(tape: Tape, wanted: str = "auto") -> str:
    """Return "plain" or "jit" to begin with, for what a person wants: one of these, or "auto".

    A small graph begins without kernels even where they are ready: loading them takes longer than many steps of it.
    """
    if wanted != "auto":
        return wanted
    return "jit" if tape.flops > SMALL else "plain"


class Warming:
    """A process that fills the cache with the kernels of a tape while something else goes on."""

    def __init__(self, tape: Tape) -> None:
        names = [op.name for op in ops_of(tape)]
        command = [sys.executable, "-m", "gradlab.graph.backend", tape.dtype.name, *names]
        quiet = subprocess.DEVNULL
        paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        self.process = subprocess.Popen(command, env=paths, stdin=quiet, stdout=quiet, stderr=quiet)

    @property
    def done(self) -> bool:
        """Whether the process has ended."""
        return self.process.poll() is not None

    def stop(self) -> None:
        """End the process if it still runs."""
        if not self.done:
            self.process.terminate()
            self.process.wait()


def fill(dtype: str, names: list[str]) -> None:
    """Compile the loops and the kernels of some ops into the cache."""
    from gradlab.ops import OPS

    loops = cache.load(None, dtype, modules.loops_text(dtype))
    loops.warm()
    for name in names:
        cache.load(OPS[name], dtype, modules.module_text(OPS[name], dtype))


if __name__ == "__main__":
    fill(sys.argv[1], sys.argv[2:])
