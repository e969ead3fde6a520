"""Kernels are compiled in another process, which fills the cache: in a thread that would cost frames of 140 ms."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

from gradlab.graph.tape import Tape
from gradlab.kernels import cache, modules
from gradlab.op import Op


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
    """A process that fills the cache with the kernels of a tape while something else goes on."""

    def __init__(self, tape: Tape) -> None:
        import subprocess

        names = [op.kernel for op in ops_of(tape)]
        command = [sys.executable, "-m", "gradlab.graph.machines._warming", tape.dtype.name, *names]
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
    """Compile the loops and the kernels of some ops, by the names of their kernels, into the cache."""
    from gradlab.ops import compiled_ops

    ops = compiled_ops()  # before numba: kernels can call the helpers that are known when it is imported
    loops = cache.load(None, dtype, modules.loops_text(dtype))
    loops.warm()
    for name in names:
        cache.load(ops[name], dtype, modules.module_text(ops[name], dtype))


if __name__ == "__main__":
    fill(sys.argv[1], sys.argv[2:])
