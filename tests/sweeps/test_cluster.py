"""Points on a Dask cluster of this computer, which is reached by its address; one worker is lost in the midst."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradlab
from gradlab.errors import GradlabError
from gradlab.sweeps.engines import engine_for
from gradlab.sweeps.engines.cluster import refuse
from gradlab.sweeps.results import SweepFile, read_sweep
from gradlab.sweeps.shipping import Freight, packed, run_freight
from gradlab.sweeps.standing import SweepStanding
from gradlab.sweeps.sweeping import Sweeping
from tests.calling import Call
from tests.sweeps.making import TEXT, ask, bits, scenario

pytestmark = pytest.mark.filterwarnings("ignore")
TABLE = TEXT.replace('dataset("xor", target="column")', 'csv("points.csv", columns=["a", "c"], t="b")').replace(
    "mse(y, t)", "mse(y, reshape(t, (3, 1)))"
)


@pytest.fixture
def cluster(distributed: Any) -> Iterator[Any]:
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as made:
        yield made


def test_each_point_is_there_once_with_the_bits_of_one_process(cluster: Any, tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("a,b,c\n1,2,0\n2,3,1\n4,5,1\n")
    sweep = ask(scenario(tmp_path, TABLE), "rate=log(1e-3, 0.1, 70)", seeds=(0, 1, 2), updates=100)
    alone = Sweeping(sweep)
    alone.run()
    killed: list[int] = []

    def told(standing: SweepStanding) -> None:
        if standing.found > 30 and not killed:
            killed.append(next(iter(cluster.workers.values())).process.pid)
            os.kill(killed[0], signal.SIGKILL)

    file = SweepFile(tmp_path / "a.jsonl", sweep)
    with engine_for(
        replace(sweep, question=replace(sweep.question, folder="/nowhere")), dask=cluster.scheduler_address
    ) as engine:
        Sweeping(sweep, file, told).run(engine)
    file.close()
    assert killed
    assert bits(read_sweep(tmp_path / "a.jsonl")[1]) == bits(alone.done)
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 211


def test_a_client_is_taken_as_it_is_and_stays_open(cluster: Any, distributed: Any, tmp_path: Path) -> None:
    path = scenario(tmp_path)
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        given: dict[str, Any] = {"over": {"rate": "log(1e-3, 0.3, 9)"}, "seeds": [0], "updates": 10, "halving": 3}
        there, here = gradlab.sweep(path, client=client, **given), gradlab.sweep(path, jobs=1, **given)
        assert client.status == "running"
    assert np.array_equal(there, here) and len(here) == 13


def test_nobody_at_the_address_is_told_in_five_seconds(call: Call, distributed: Any, tmp_path: Path) -> None:
    line = ("sweep", scenario(tmp_path), "--over", "rate=[0.1]", "--updates", 1, "--dask")
    code, _, err = call(*line, "tcp://127.0.0.1:9")
    assert code == 2 and "no Dask scheduler answers at `tcp://127.0.0.1:9` within 5 s" in err
    assert "is no address of a scheduler" in call(*line, "nonsense")[2]
    assert "answers at `localhost:99999` within 5 s" in call(*line, "localhost:99999")[2]


def test_an_address_at_which_something_else_listens_is_told_in_five_seconds(distributed: Any, tmp_path: Path) -> None:
    sweep = ask(scenario(tmp_path), "rate=[0.1]")
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        address = f"tcp://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(GradlabError, match="no Dask scheduler answers"), engine_for(sweep, dask=address):
            pass


def test_a_worker_of_another_version_is_refused(tmp_path: Path) -> None:
    refuse({"tcp://a": gradlab.__version__})
    with pytest.raises(GradlabError, match=r"the worker `tcp://b` has gradlab 0\.0\.9"):
        refuse({"tcp://a": gradlab.__version__, "tcp://b": "0.0.9"})
    sweep = ask(scenario(tmp_path), "rate=[0.1]")
    freight = packed(sweep)
    old = Freight(replace(freight.question, version="0.0.9"), freight.files)
    with pytest.raises(GradlabError, match=r"the sweep 0\.0\.9: their bits could differ"):
        run_freight(old, [sweep.plan.point(0)])


def test_without_dask_it_is_told_which_extra_brings_it(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['distributed'] = None; from gradlab.cli import program; program()"
    line = ["sweep", str(scenario(tmp_path)), "--over", "rate=[0.1]", "--updates", "1", "--dask", "tcp://127.0.0.1:9"]
    said = subprocess.run([sys.executable, "-c", hidden, *line], capture_output=True, text=True, check=False)
    assert said.returncode == 2 and "pip install 'gradlab[dask]'" in said.stderr


def test_data_that_lead_out_of_their_folder_or_have_changed_are_refused(tmp_path: Path) -> None:
    sweep = ask(scenario(tmp_path), "rate=[0.1]")
    for name, data, told in (("../a.csv", b"1", "leads out"), ("a.csv", b"1", "has changed")):
        question = replace(sweep.question, data={name: "0"}, measures=(name,))
        with pytest.raises(GradlabError, match=told):
            run_freight(Freight(question, {name: data}), [sweep.plan.point(0)])
