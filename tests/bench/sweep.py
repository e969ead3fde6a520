"""What a sweep costs: a further point beside its training, points a second of one process and of two, and many small points.

`python -m tests.bench sweep`. On a computer that does something else the ratio of the clocks says little: that of the CPU time
tells how far it could be, with two cores for three processes.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.axis.position import Position
from gradlab.sweeps.asking import SweepWish, asked
from gradlab.sweeps.engines import engine_for
from gradlab.sweeps.engines.cluster import AHEAD
from gradlab.sweeps.engines.processes import Processes
from gradlab.sweeps.question import AskedSweep, Point, Result
from gradlab.sweeps.shipping import packed
from gradlab.sweeps.sweeping import Sweeping
from gradlab.sweeps.worker import PointRunner

FURTHER = (
    ("mlp/xor-trained", "lr=log(0.001, 0.9, 40)", 200, "loss"), ("mlp/digits-mlp", "lr=log(0.001, 0.9, 40)", 20, "loss"),
    ("mlp/digits-mlp", "lr=log(0.001, 0.9, 40)", 20, 'on("test", loss)'),
    ("mlp/digits-mlp", "init=[he, xavier, normal(0.1)]", 20, "loss"),
    ("conv/lenet5", "lr=log(0.001, 0.9, 40)", 3, "loss"), ("depth/vanishing", "lr=log(0.001, 0.9, 40)", 3, ""),
)  # fmt: skip
"""Scenario, what is gone over, updates, what is measured."""
BAR, RATIO, MANY = 8.0, 1.8, 60.0
ROUNDS = 3
BUNDLES = ((1, 2000), (10, 2000), (100, 500), (1000, 100))
"""Points of a bundle that is sent to a cluster, and how many bundles."""


def report() -> str:
    """Return the tables."""
    return "\n".join([*further(), "", *processes(), "", many(), "", *scheduler()])


def further() -> list[str]:
    """Return a line for each scenario: CPU milliseconds of a further point, of its training, and of what is beside it."""
    lines = [f"{'CPU ms of a further point':66}{'all':>8}{'training':>10}{'beside':>8}"]
    for name, over, updates, measure in FURTHER:
        sweep = asked(name, SweepWish((over,), (measure,) if measure else (), updates=updates, seeds=(0, 1)))
        with np.errstate(all="ignore"):
            whole, alone = _further(sweep)
        what = f"{name}, {over.partition('=')[0]}, {updates} updates, {sweep.question.measures[0]}"
        lines.append(f"{what:66}{whole:8.2f}{alone:10.2f}{whole - alone:8.2f}")
    return [*lines, f"bar: {BAR:g} ms beside"]


def _further(sweep: AskedSweep) -> tuple[float, float]:
    """Return the median of the points behind the second, and that of their training alone."""
    runner, plan = PointRunner(sweep.question), sweep.plan
    whole, alone = [], []
    for number in range(plan.size):
        began = time.process_time()
        runner.run(plan.point(number))
        whole.append(time.process_time() - began)
    core = runner.core(plan.point(0))
    for turn in range(1, 10):
        began = time.process_time()
        core.go(Position(turn * plan.updates))
        alone.append(time.process_time() - began)
    return statistics.median(whole[2:]) * 1e3, statistics.median(alone) * 1e3


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds that a sweep took: of the clock, and of CPU here and in its processes."""

    clock: float
    here: float
    there: float


def processes() -> list[str]:
    """Return points a second of one process and of two, in turn."""
    sweep = asked("mlp/xor-trained", SweepWish(("lr=log(0.001, 0.9, 300)",), updates=2000, seeds=tuple(range(5))))
    found: dict[int, list[Took]] = {1: [], 2: []}
    for _ in range(ROUNDS):
        for jobs, times in found.items():
            times.append(_took(sweep, jobs))
    lines = [f"{'XOR, 1,500 points of 2,000 updates':40}{'points/s':>10}{'CPU ms here':>13}{'in workers':>12}"]
    for jobs, times in found.items():
        clock, here, there = (statistics.median(getattr(t, key) for t in times) for key in ("clock", "here", "there"))
        lines.append(f"{f'{jobs} process' + 'es' * (jobs > 1):40}{sweep.plan.size / clock:10,.0f}"
                     f"{here / sweep.plan.size * 1e3:13.3f}{there / sweep.plan.size * 1e3:12.3f}")  # fmt: skip
    one, two = (statistics.median(t.here + t.there for t in found[jobs]) for jobs in (1, 2))
    clocks = statistics.median(a.clock / b.clock for a, b in zip(found[1], found[2], strict=True))
    return [*lines, f"2 processes to 1: {clocks:.2f} by the clock, {2 * one / two:.2f} by CPU time; bar: {RATIO:g}"]


def _took(sweep: AskedSweep, jobs: int) -> Took:
    """Run a sweep in processes that are there already."""
    with Processes(jobs) as engine:
        list(engine.results(sweep.question, map(sweep.plan.point, range(4 * jobs)), 4 * jobs))
        before, began = _usage(), time.monotonic()
        pids = _spent(engine)
        Sweeping(sweep).run(engine)
        clock, after = time.monotonic() - began, _usage()
        return Took(clock, after - before, _spent(engine) - pids)


def _spent(engine: Processes) -> float:
    """Return the CPU seconds of the processes of an engine so far."""
    return sum(map(_cpu, engine.pids))


def many() -> str:
    """Return what 10,000 points of XOR at 200 updates cost."""
    sweep = asked("mlp/xor-trained", SweepWish(("lr=log(0.001, 0.9, 2000)",), updates=200, seeds=tuple(range(5))))
    began = _usage()
    with engine_for(sweep, 1) as engine:
        Sweeping(sweep).run(engine)
    spent = _usage() - began
    return f"10,000 points of XOR at 200 updates: {spent:.1f} CPU s, on two cores {spent / 2:.1f} s; bar: {MANY:g} s"


def scheduler() -> list[str]:
    """Return CPU time of the scheduler of a Dask cluster for a task, by the points of a bundle, where Dask is there."""
    if find_spec("distributed") is None:
        return ["no Dask here"]
    lines = [
        f"{'a Dask scheduler, two workers that answer':50}{'tasks':>8}{'CPU us a task':>15}{'us a point':>12}{'tasks/s':>9}"
    ]
    with _cluster() as (client, pid):
        sweep = asked("mlp/xor-trained", SweepWish(("lr=log(0.001, 0.9, 100000)",), updates=200))
        shipped = client.scatter(packed(sweep), broadcast=True, hash=False)
        for points, tasks in BUNDLES:
            spent, clock = _passed(client, pid, shipped, [[sweep.plan.point(n) for n in range(points)]] * tasks)
            lines.append(f"{f'bundles of {points:,}':50}{tasks:8,}{spent / tasks * 1e6:15.0f}"
                         f"{spent / tasks / points * 1e6:12.1f}{tasks / clock:9.0f}")  # fmt: skip
    return lines


def _passed(client: Any, pid: int, shipped: Any, bundles: Sequence[Sequence[Point]]) -> tuple[float, float]:
    """Send bundles as the engine does, some ahead; return CPU seconds of the scheduler, and those of the clock."""
    from distributed import as_completed

    gather: Any = as_completed
    left, coming = iter(bundles), gather(loop=client.loop)
    before, began = _cpu(pid), time.monotonic()
    for bundle in islice(left, AHEAD * 2):
        coming.add(client.submit(answered, shipped, bundle, pure=False))
    for future in coming:
        future.result()
        future.release()
        for bundle in islice(left, 1):
            coming.add(client.submit(answered, shipped, bundle, pure=False))
    return _cpu(pid) - before, time.monotonic() - began


def answered(freight: object, points: Sequence[Point]) -> list[Result]:
    """Return results of points that were not run: what is measured is the way to the workers and back."""
    return [Result(point.number, point.updates, (0.25,), "", 0.001) for point in points]


@contextmanager
def _cluster() -> Iterator[tuple[Any, int]]:
    """Give a client of a scheduler in a process of its own, with two workers, and the number of that process."""
    from distributed import Client

    make: Any = Client
    run = partial(subprocess.Popen, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ends:
        file = Path(folder, "scheduler.json")
        where = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show", "--scheduler-file", str(file)]
        head = run([sys.executable, "-m", "distributed.cli.dask_scheduler", *where])
        ends.callback(_end, head)
        while head.poll() is None and not (file.exists() and file.read_text()):
            time.sleep(0.1)
        line = ["--scheduler-file", str(file), "--nworkers", "2", "--nthreads", "1", "--no-dashboard"]
        ends.callback(_end, run([sys.executable, "-m", "distributed.cli.dask_worker", *line]))
        client = ends.enter_context(make(scheduler_file=str(file), timeout=60, set_as_default=False))
        client.wait_for_workers(2, timeout=120)
        yield client, head.pid


def _end(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    process.wait()


def _cpu(pid: int) -> float:
    """Return the CPU seconds of a process so far."""
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13])) / 100


def _usage() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
