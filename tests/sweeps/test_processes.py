"""Points in other processes: the same bits, whatever becomes of a process."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gradlab.sweeps.engines._engine import Bundles
from gradlab.sweeps.engines.processes import LOST, Processes
from gradlab.sweeps.results import SweepFile, read_sweep
from gradlab.sweeps.standing import SweepStanding
from gradlab.sweeps.sweeping import Sweeping
from gradlab.sweeps.worker import run_points
from tests.sweeps.making import ask, bits, ending, scenario

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it ends processes by signals")


def test_two_processes_of_which_one_is_lost_come_to_the_bits_of_one(tmp_path: Path) -> None:
    sweep = ask(scenario(tmp_path), "rate=log(1e-3, 0.3, 40)", seeds=(0, 1, 2))
    alone = Sweeping(sweep)
    alone.run()
    killed: list[int] = []
    file = SweepFile(tmp_path / "a.jsonl", sweep)
    with Processes(2) as engine:

        def told(standing: SweepStanding) -> None:
            if standing.found > 20 and not killed:
                killed.append(engine.pids[0])
                os.kill(killed[0], signal.SIGKILL)

        Sweeping(sweep, file, told).run(engine)
    file.close()
    assert killed
    assert bits(read_sweep(tmp_path / "a.jsonl")[1]) == bits(alone.done)
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 121


def test_a_point_that_ends_its_process_is_a_result(tmp_path: Path) -> None:
    sweep = ask(scenario(tmp_path), "rate=log(1e-3, 0.3, 6)", seeds=(0,))
    with Processes(2, ending) as engine:
        sweeping = Sweeping(sweep)
        sweeping.run(engine)
    assert {number: result.failed for (number, _), result in sweeping.done.items() if result.failed} == {3: LOST}
    assert len(sweeping.done) == 6


def test_the_threads_of_a_process_do_not_get_in_the_way_of_one_another(tmp_path: Path) -> None:
    sweep = ask(scenario(tmp_path), "rate=log(1e-3, 0.3, 30)")
    points = [sweep.plan.point(number) for number in range(60)]
    with ThreadPoolExecutor(4) as threads:
        parts = list(threads.map(lambda k: run_points(sweep.question, points[k::12]), range(12)))
    alone = Sweeping(sweep)
    alone.run()
    assert bits({(one.number, one.updates): one for part in parts for one in part}) == bits(alone.done)


def test_bundles_grow_to_their_time_and_the_last_ones_are_shared() -> None:
    from gradlab.sweeps.question import Point, Result

    bundles = Bundles((Point(n, (), 0, 1) for n in range(1000)), 1000, 2, seconds=0.5)
    sizes = []
    while bundle := bundles.take():
        sizes.append(len(bundle))
        bundles.learn([Result(point.number, 1, seconds=0.01) for point in bundle])
    assert sum(sizes) == 1000 and sizes[:4] == [1, 4, 16, 50] and max(sizes) == 50
    assert sizes[-1] == 1 and sorted(sizes[-8:], reverse=True) == sizes[-8:]
