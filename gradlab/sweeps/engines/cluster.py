"""Points that are run by the workers of a Dask cluster.

Points are sent in bundles, each of them one task, and few bundles more than there are workers at a time. The scheduler runs a
bundle of a lost worker again on another one; a bundle that has lost several is taken apart, and a point that does is a result.
A worker of another version of gradlab, whose bits would differ, is refused.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from gradlab import __version__
from gradlab.errors import GradlabError
from gradlab.sweeps.engines._engine import Bundles
from gradlab.sweeps.question import AskedSweep, Point, Result, SweepQuestion
from gradlab.sweeps.shipping import Freight, packed, run_freight

LAST_PORT = 65535
PATIENCE = 5
"""Seconds in which a scheduler has to answer."""
BUNDLE, RATE = 2.0, 100
"""Seconds that a bundle takes at least, and bundles a second at most: `python -m tests.bench sweep` says what a task costs."""
AHEAD = 3
"""Bundles for each worker that are given out."""
ADDRESS = re.compile(r"(tcp|tls|ucx|ws|wss)://\S+:\d{1,5}|[\w.-]+:\d{1,5}")
MISSING = "error: there is no Dask here: `pip install 'gradlab[dask]'` brings it"


@contextmanager
def connected(sweep: AskedSweep, address: str | None = None, client: Any = None) -> Iterator[Cluster]:
    """Give the engine of a cluster, by the address of its scheduler or by a client, which stays open.

    Raises GradlabError where Dask is missing, nobody answers, nobody works, or a worker has another version of gradlab.
    """
    if find_spec("distributed") is None:
        raise GradlabError(MISSING)
    own = client is None
    client = _client(address or "") if own else client
    cluster = Cluster(client, packed(sweep))
    try:
        cluster.check()
        yield cluster
    finally:
        cluster.close()
        if own:
            client.close()


def _client(address: str) -> Any:
    if not ADDRESS.fullmatch(address):
        raise GradlabError(f"error: `{address}` is no address of a scheduler: tcp://host:8786")
    try:
        _knock(address)
        import distributed

        make: Any = distributed.Client
        return make(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError):
        raise GradlabError(f"error: no Dask scheduler answers at `{address}` within {PATIENCE} s") from None


def _knock(address: str) -> None:
    """Raise OSError where nothing listens: Dask would try again and again, and leave threads behind."""
    kind, _, place = address.rpartition("://")
    host, _, port = place.partition("/")[0].rpartition(":")
    if int(port) > LAST_PORT:
        raise OSError
    if kind != "ucx":
        socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE).close()


class Cluster:
    """The engine of a cluster. client: of Dask.   freight: what every worker needs once."""

    def __init__(self, client: Any, freight: Freight) -> None:
        self.client, self.freight = client, freight
        self._running: dict[Any, list[Point]] = {}
        self._shipped: Any = None

    @property
    def workers(self) -> int:
        """How many points are run at once: as many as there are processes of workers, now."""
        return max(1, len(self.client.nthreads()))

    def check(self) -> None:
        """Raise GradlabError where nobody works, or a worker has another version."""
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise GradlabError("error: the cluster has no workers") from None
        try:
            versions = self.client.run(_version)
        except Exception as error:  # noqa: BLE001  whatever a worker raises that has no gradlab, or an old one
            raise GradlabError(f"error: a worker of the cluster cannot run gradlab: {error}") from None
        refuse(versions)

    def close(self) -> None:
        """Take back what was given out and is not done."""
        if self._running:
            self.client.cancel(list(self._running), force=True)
            self._running.clear()
        self._shipped = None

    def results(self, question: SweepQuestion, points: Iterator[Point], left: int) -> Iterator[list[Result]]:
        """See `Engine`."""
        import distributed

        gather: Any = distributed.as_completed
        if self._shipped is None:
            self._shipped = self.client.scatter(self.freight, broadcast=True, hash=False)
        bundles, coming = Bundles(points, left, self.workers, BUNDLE), gather(loop=self.client.loop)
        self._fill(bundles, coming)
        for future in coming:
            bundle = self._running.pop(future)
            found = self._come(future, bundle, coming)
            if found:
                bundles.learn(found)
                yield found
            self._fill(bundles, coming)

    def _fill(self, bundles: Bundles, coming: Any) -> None:
        bundles.workers = self.workers
        bundles.seconds = max(BUNDLE, bundles.workers / RATE)
        while len(self._running) < AHEAD * bundles.workers and (bundle := bundles.take()):
            self._submit(bundle, coming)

    def _submit(self, bundle: list[Point], coming: Any) -> None:
        future = self.client.submit(run_freight, self._shipped, bundle, pure=False)
        self._running[future] = bundle
        coming.add(future)

    def _come(self, future: Any, bundle: list[Point], coming: Any) -> list[Result]:
        """Return what has come; a bundle that has lost several workers is given out again, point by point."""
        from distributed import KilledWorker

        if future.status == "finished":
            found: list[Result] = future.result()
            future.release()
            return found
        if future.status != "error":
            raise GradlabError("error: the cluster is lost: its scheduler does not answer any more")
        error: Exception = future.exception()
        if not isinstance(error, KilledWorker):
            raise error
        if len(bundle) == 1:
            return [Result(bundle[0].number, bundle[0].updates, failed="it ended the workers that ran it")]
        for point in bundle:
            self._submit([point], coming)
        return []


def _version() -> str:
    """Return the version of gradlab that a worker has."""
    return __version__


def refuse(versions: Mapping[str, str]) -> None:
    """Raise GradlabError where a worker has another version than is here."""
    others = {worker: version for worker, version in versions.items() if version != __version__}
    for worker, version in others.items():
        raise GradlabError(
            f"error: the worker `{worker}` has gradlab {version}, here it is {__version__}: their bits could differ"
        )
