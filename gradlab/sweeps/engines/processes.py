"""Points that are run by other processes of this computer, through the executor that scikit-learn's joblib has.

It imports nothing of the program that started it, ends its processes when it is told to, and says when one was lost. Points
that were with a lost process are run again, one at a time; one that ends its process again is a result.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from time import sleep
from typing import Any, Self

from gradlab.graph.threads import VARIABLES
from gradlab.sweeps.engines._engine import Bundles
from gradlab.sweeps.question import Point, Result, SweepQuestion
from gradlab.sweeps.worker import run_points

LOOK = 0.2
"""Seconds between two looks of a process for the one that started it, and for Ctrl-C where waiting hides it (Windows)."""
AHEAD = 2
"""Bundles for each process that are given out."""
IDLE = 10**6
"""Seconds without work after which a process ends: never, here."""
LOST = "it ended the process that ran it"


class Processes:
    """The engine of other processes. jobs: how many.   run: what they do with the points."""

    def __init__(self, jobs: int, run: Callable[[SweepQuestion, Sequence[Point]], list[Result]] = run_points) -> None:
        self.workers, self._run = jobs, run
        self._executor: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes, whatever they are at."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, kill_workers=True)
            self._executor = None

    @property
    def pids(self) -> tuple[int, ...]:
        """The numbers of the processes that run now."""
        return () if self._executor is None else tuple(self._executor._processes)

    def results(self, question: SweepQuestion, points: Iterator[Point], left: int) -> Iterator[list[Result]]:
        """See `Engine`."""
        bundles = Bundles(points, left, self.workers)
        running: dict[Future[list[Result]], list[Point]] = {}
        suspects: list[Point] = []
        while True:
            while len(running) < AHEAD * self.workers and (bundle := bundles.take()):
                running[self._submit(question, bundle)] = bundle
            if not running:
                break
            for future in wait(running, timeout=LOOK, return_when=FIRST_COMPLETED).done:
                bundle = running.pop(future)
                found = _come(future)
                if found is None:
                    suspects += bundle
                else:
                    bundles.learn(found)
                    yield found
            if suspects:
                suspects += [point for bundle in running.values() for point in bundle]
                running.clear()
                yield from self._one_by_one(question, suspects)
                suspects = []

    def _one_by_one(self, question: SweepQuestion, suspects: list[Point]) -> Iterator[list[Result]]:
        """Run points alone, because one of them has ended a process."""
        for point in suspects:
            self._renew()
            future = self._submit(question, [point])
            while not future.done():
                wait([future], timeout=LOOK)
            found = _come(future)
            yield [Result(point.number, point.updates, failed=LOST)] if found is None else found
        self._renew()

    def _renew(self) -> None:
        """Begin with new processes where the old ones are lost."""
        if self._executor is not None and self._executor._flags.broken is not None:
            self.close()

    def _submit(self, question: SweepQuestion, bundle: list[Point]) -> Future[list[Result]]:
        if self._executor is None:
            from joblib.externals.loky import ProcessPoolExecutor

            self._executor = ProcessPoolExecutor(
                self.workers, timeout=IDLE, initializer=_begin, initargs=(os.getpid(), tuple(sys.path)),
                env=dict.fromkeys(VARIABLES, "1"),
            )  # fmt: skip
        try:
            future: Future[list[Result]] = self._executor.submit(self._run, question, bundle)
        except BrokenProcessPool as error:
            future = Future()
            future.set_exception(error)
        return future


def _come(future: Future[list[Result]]) -> list[Result] | None:
    """Return what has come; None where the process was lost."""
    try:
        return future.result()
    except BrokenProcessPool:
        return None


def _begin(parent: int, path: tuple[str, ...]) -> None:
    """Prepare a process: Ctrl-C reaches whoever started it, and it ends when that one is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.path[:] = path
    if os.name != "nt":
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        sleep(LOOK)
    os._exit(0)
