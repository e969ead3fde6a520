"""Kernels are compiled in another process, which fills the cache: in a thread that would cost frames of 140 ms."""

from __future__ import annotations

import os
import signal
import sys
from importlib.util import find_spec

from gradlab.graph.machines import _apart
from gradlab.graph.tape import Tape
from gradlab.kernels import cache, modules
from gradlab.op import Op

LOOPS = ""
"""Stands for the loops among the names of kernels."""
SHARED_FROM = 4
"""Missing kernels from which a second process pays: each takes a second to start."""


def missing() -> str:
    """Return why kernels cannot be compiled here, or ""."""
    return "" if find_spec("numba") else "Numba is not installed"


def ops_of(tape: Tape) -> tuple[Op, ...]:
    """Return the ops whose kernels a tape needs."""
    return tuple({n.op.kernel: n.op for n in tape.graph.nodes if not n.is_leaf}.values())


def ready(tape: Tape) -> bool:
    """Return whether every kernel that a tape needs lies in the cache."""
    names = cache.listed()
    return all(cache.is_warm(op, tape.dtype.name, names) for op in (None, *ops_of(tape)))


def warm(tape: Tape) -> Filling | None:
    """Begin to fill the cache for a tape; None where nothing is kept, so that each process compiles for itself."""
    return Filling(tape) if cache.keeps() else None


class Filling:
    """Processes that fill the cache with the kernels of a tape while something else goes on: two, where they have work.

    One begins with the loops and the first kernel that is missing, the other with the last, until they meet.
    """

    def __init__(self, tape: Tape) -> None:
        listed, dtype = cache.listed(), tape.dtype.name
        names = [op.kernel for op in ops_of(tape) if not cache.is_warm(op, dtype, listed)]
        shared = len(names) >= SHARED_FROM and (os.cpu_count() or 1) > 1
        orders = [[LOOPS, *names], [*names[::-1], LOOPS]] if shared else [[LOOPS, *names]]
        self.processes = [_apart.started(__name__, dtype, *order) for order in orders]
        self._ended = False

    @property
    def done(self) -> bool:
        """Whether all have ended."""
        return all(process.poll() is not None for process in self.processes)

    @property
    def failure(self) -> str:
        """How one of them ended that was not to end so; "" where all went well."""
        codes = [] if self._ended else [code for process in self.processes if (code := process.poll())]
        if not codes:
            return ""
        how = f"signal {-codes[0]} ({signal.strsignal(-codes[0])})" if codes[0] < 0 else f"exit code {codes[0]}"
        return f"the process that compiles kernels ended with {how}: it goes on without them"

    def stop(self) -> None:
        """End those that still run."""
        self._ended = self._ended or not self.done
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
                process.wait()


def fill(dtype: str, names: list[str]) -> None:
    """Compile the kernels of some ops, by the names of their kernels, and `LOOPS` into the cache; what is there stays."""
    from gradlab.ops import compiled_ops

    ops = compiled_ops()  # before numba: kernels can call the helpers that are known when it is imported
    for name in names:
        op = None if name == LOOPS else ops[name]
        if not cache.is_warm(op, dtype):
            cache.load(op, dtype, modules.loops_text(dtype) if op is None else modules.module_text(op, dtype))


if __name__ == "__main__":
    fill(sys.argv[1], sys.argv[2:])
