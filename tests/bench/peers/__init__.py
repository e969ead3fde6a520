"""The same update in every library: forward, backward and plain descent, on one thread.

One file a library; its constant PEER is collected. `build(work, dtype)` gives a function that runs a number of updates and
returns the loss of the last one, or None where the library cannot do the workload in reasonable time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.workload import Workload

Runner = Callable[[int], float]


@dataclass(frozen=True)
class Peer:
    """A way to run a workload. order: where it stands in the table; ours come first."""

    name: str
    order: int
    build: Callable[[Workload, str], Runner | None]


def repeat(update: Callable[[], float]) -> Runner:
    """Return a runner that calls an update from Python."""

    def run(n: int) -> float:
        loss = 0.0
        for _ in range(n):
            loss = update()
        return loss

    return run
