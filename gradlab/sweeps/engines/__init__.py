"""Where the points of a sweep are run: in this process, in others of this computer, on a cluster. All call one function."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gradlab.sweeps.engines._engine import Engine
from gradlab.sweeps.engines.here import Here
from gradlab.sweeps.question import AskedSweep


@contextmanager
def engine_for(sweep: AskedSweep, jobs: int = 1, dask: str | None = None, client: Any = None) -> Iterator[Engine]:
    """Give the engine that runs a sweep, and end at the end of the block what it has started.

    jobs: processes of this computer.   dask: the address of a scheduler.   client: of a Dask cluster, which stays open.
    Raises GradlabError where there is no Dask, or nobody answers.
    """
    if dask is None and client is None:
        with Here(jobs) as engine:
            yield engine
        return
    from gradlab.sweeps.engines.cluster import connected

    with connected(sweep, dask, client) as cluster:
        yield cluster
