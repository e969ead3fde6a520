"""Scenarios checked by several processes at once, whose reports come in the order of the scenarios.

A worker has a session of its own: Ctrl-C reaches whoever asked, who ends all workers and what they have started. A worker whose
asker is gone ends itself. What a worker does not survive is told of the scenario that it was at; another takes its place.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradlab import plugins
from gradlab.commands._report import BAD, Report

PROGRAM = (sys.executable, "-P", "-W", "ignore::RuntimeWarning", "-c", "from gradlab.commands._workers import work; work()")
LOOK = 0.2
"""Seconds between two looks for Ctrl-C, where waiting for a worker cannot be interrupted (Windows)."""


@dataclass(frozen=True, slots=True)
class Task:
    """A scenario to be checked; what the fields are says `_headless.check_file`."""

    name: str
    path: Path
    timeout: float | None = None
    answers: Path | None = None
    memory: int | None = None
    budget: int | None = None
    out: Path | None = None
    lesson: bool = False

    def checked(self) -> Report:
        """Check it in this process."""
        from gradlab.commands._headless import check_file

        bounds = self.memory, self.budget, self.out
        return check_file(self.name, self.path, self.timeout, self.answers, *bounds, lesson=self.lesson)


@dataclass(frozen=True, slots=True)
class _Reply:
    """What a worker has to say. error: our own mistake, instead of a report.   plugins: what was left out of them."""

    report: Report | None
    error: Exception | None = None
    plugins: tuple[plugins.Plugin, ...] = ()


class Crew:
    """Some tasks, and the workers that do them.   jobs: how many at once; one task, or one job, is done in this process."""

    def __init__(self, tasks: Sequence[Task], jobs: int) -> None:
        self.tasks, self.jobs = tasks, min(jobs, len(tasks))
        self._ended: dict[int, _Reply] = {}
        self._left = iter(range(len(tasks)))
        self._replies: queue.SimpleQueue[tuple[int, _Reply]] = queue.SimpleQueue()
        self._workers: list[_Worker] = []
        self._lock = threading.Lock()
        self._stopped = False

    def reports(self) -> Iterator[tuple[int, Report]]:
        """Yield the number and the report of each task, in order; raise what no task is to blame for."""
        if self.jobs == 1:
            yield from ((number, task.checked()) for number, task in enumerate(self.tasks))
            return
        for _ in range(self.jobs):
            threading.Thread(target=self._serve, daemon=True).start()
        try:
            for number in range(len(self.tasks)):
                yield number, self._report(self._wait(number))
        finally:
            self._stop()

    def ended(self) -> Iterator[tuple[int, Report]]:
        """Stop all workers, and yield the reports of the tasks that have ended, in order."""
        self._stop()
        with suppress(queue.Empty):
            while True:
                number, reply = self._replies.get_nowait()
                self._ended[number] = reply
        yield from ((number, self._report(self._ended[number])) for number in sorted(self._ended))

    def _report(self, reply: _Reply) -> Report:
        plugins.learn(reply.plugins)
        if reply.report is None:
            assert reply.error is not None
            raise reply.error
        return reply.report

    def _wait(self, number: int) -> _Reply:
        while number not in self._ended:
            with suppress(queue.Empty):
                ended, reply = self._replies.get(timeout=LOOK)
                self._ended[ended] = reply
        return self._ended[number]

    def _serve(self) -> None:
        """Have one worker do one task after the other, and another worker those behind one that it does not survive."""
        worker: _Worker | None = None
        while (number := self._take()) is not None:
            task = self.tasks[number]
            try:
                worker = worker or self._hire()
                reply = worker.ask(task)
                if reply is None:
                    reply, worker = _Reply(Report(task.name, status=BAD, error=worker.end(task))), None
            except OSError as error:
                reply = _Reply(None, error)
            if not self._stopped:
                self._replies.put((number, reply))

    def _take(self) -> int | None:
        with self._lock:
            return None if self._stopped else next(self._left, None)

    def _hire(self) -> _Worker:
        with self._lock:
            self._workers.append(_Worker())
            if self._stopped:
                self._workers[-1].stop()
            return self._workers[-1]

    def _stop(self) -> None:
        with self._lock:
            self._stopped = True
        for worker in self._workers:
            worker.stop()


class _Worker:
    """A process that checks one scenario after the other."""

    def __init__(self) -> None:
        paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        apart: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        self.process = subprocess.Popen(PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=paths, **apart)

    def ask(self, task: Task) -> _Reply | None:
        """Return what the process says of a task; None when it has ended, or was stopped, meanwhile."""
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            pickle.dump(task, self.process.stdin)
            self.process.stdin.flush()
            reply: _Reply = pickle.load(self.process.stdout)  # noqa: S301 - our own process wrote it
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            return None
        return reply

    def end(self, task: Task) -> str:
        """Return an error that says how the process ended."""
        code = self.process.wait()
        how = f"exit code {code}" if code >= 0 else f"signal {-code} ({signal.strsignal(-code)})"
        return f"error: `{task.name}` ended the process that checked it: {how}"

    def stop(self) -> None:
        """End the process, and what it has started."""
        with suppress(OSError):
            if sys.platform == "win32":
                self.process.kill()
            else:
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                assert stream is not None
                stream.close()


def work() -> None:
    """Do the tasks that come on stdin, until it ends. What is printed meanwhile goes to stderr, if there is one."""
    replies, requests = (os.fdopen(os.dup(number), mode) for number, mode in ((1, "wb"), (0, "rb")))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing if sys.stderr is None else 2, 1)
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, tasks), daemon=True).start()
    while True:
        pickle.dump(_done(tasks.get()), replies)
        replies.flush()


def _listen(requests: Any, tasks: queue.SimpleQueue[Task]) -> None:
    with suppress(EOFError, OSError):
        while True:
            tasks.put(pickle.load(requests))  # noqa: S301 - whoever started this process wrote it
    os._exit(0)  # whatever is being done: nobody is left to be told


def _done(task: Task) -> _Reply:
    try:
        return _Reply(task.checked(), None, tuple(plugins.untold()))
    except Exception as error:  # noqa: BLE001  told by whoever asked, as if it had been theirs
        found = RuntimeError(f"{type(error).__name__}: {error}")
        found.add_note(traceback.format_exc())
        return _Reply(None, found)
