"""`gradlab sweep`, and what goes with it: bad input, interruption, one of the runs in the laboratory, tables."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import gradlab
from gradlab.errors import GradlabError
from gradlab.sweeps.results import read_sweep
from tests.calling import Call
from tests.sweeps.making import TEXT, scenario


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return scenario(tmp_path)


def test_the_best_comes_first_and_what_failed_last_with_its_reason(call: Call, small: Path) -> None:
    code, out, err = call("sweep", small, "--over", "rate=[0.01, 60, 0.3]", "--seeds", "0..2", "--updates", 300)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"{small}: 3 settings, all of the grid with 3 seeds, 300 updates"
    assert lines[1] == "3 of 9 points failed"
    assert [line.split()[0] for line in lines[3:7]] == ["rate", "0.3", "0.01", "60"]
    assert " ± " in lines[4] and "`loss` is nan, the loss since update" in lines[6]


def test_json_is_one_document(call: Call, small: Path) -> None:
    code, out, _ = call("sweep", small, "--over", "rate=[0.01, 60]", "--updates", 300, "--json", "--jobs", 1)
    (result,) = json.loads(out)["results"]
    assert code == 0 and result["sweep"]["over"] == {"rate": "[0.01, 60]"} and "text" not in result["sweep"]
    assert [row["values"] for row in result["rows"]] == [{"rate": "0.01"}, {"rate": "60"}]
    assert result["rows"][1]["measured"] == {"loss": "nan"} and result["rows"][1]["failed"] == 1


def test_drawn_settings_go_on_in_stages_and_stay_the_same(call: Call, small: Path, tmp_path: Path) -> None:
    line = ("sweep", small, "--over", "rate=log(1e-4, 1)", "--random", 9, "--updates", 5, "--halving", 3, "-o")
    first, again = call(*line, tmp_path / "a.jsonl"), call(*line, tmp_path / "a.jsonl")
    assert first[1] == again[1] and "stages: 9 for 5 updates, 3 for 15 updates, 1 for 45 updates" in first[1]
    assert again[2] == f"{tmp_path / 'a.jsonl'}: 13 of 13 points are there, and are not run again\n"
    assert call("open", tmp_path / "a.jsonl")[1] == first[1]


def test_a_model_that_does_not_train_is_run_through(call: Call, tmp_path: Path) -> None:
    path = scenario(tmp_path, TEXT.replace("minimize(loss, sgd(lr=rate))\n", ""))
    assert call("sweep", path, "--over", "spread=[0.1, 1]", "--measure", "max(abs(grad(h)))")[0] == 0
    assert "nothing to train" in call("sweep", path, "--over", "spread=[0.1, 1]", "--updates", 3)[2]


BAD = [
    (["--over", "rat=[1]", "--updates", "3"], "did you mean `rate`?"),
    (["--over", "rate=[foo]", "--updates", "3"], "unknown name `foo`"),
    (["--over", "rate=log(0, 1, 3)", "--updates", "3"], "touches 0"),
    (["--over", "rate=[1]", "--over", "rate=[2]", "--updates", "3"], "goes over `rate` twice"),
    (["--over", "rate=lin(0, 1, 1001)", "--over", "lr=lin(0, 1, 1001)", "--updates", "3"], "1,002,001 runs, more than"),
    (["--over", "rate=log(1e-3, 1)", "--random", "1000001", "--updates", "3"], "1,000,001 runs"),
    (["--over", "rate=[1]"], "for how many updates?"),
    (["--over", "rate=[1]", "--updates", "0", "--halving", "3"], "`--halving` goes on"),
    (["--over", "rate=lin(1, 9, 99)", "--updates", "900000000", "--halving", "3"], "the last stage has"),
    (["--over", "rate=[1]", "--updates", "3", "--measure", "h"], "no single number: its shape is (4, 2)"),
    (["--over", "rate=[1]", "--updates", "3", "--measure", "losss"], "did you mean `loss`?"),
    (["--over", "rate=[1]", "--updates", "3", "--measure", "seeds(0..3, loss)"], "seeds of its own"),
    (["--over", "rate=[1]", "--updates", "3", "--measure", "loss", "--measure", "loss"], "measured twice"),
    (["--over", "rate=[1]", "--updates", "3", "--expect", "losss < 1"], "did you mean `loss`?"),
    (["--over", "rate=[1]", "--updates", "3", "--seeds", "4..0"], "seeds are"),
    (["--over", "rate=[1]", "--updates", "3", "-o", "nowhere/a.jsonl"], "cannot write"),
    (["--over", "rate=[1]", "--updates", "3", "-o", "small.md"], "is no sweep"),
    (["--over", "rate=[1]", "--updates", "3", "--backend", "no"], "no"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "told"), BAD)
def test_bad_input_says_what_is_wrong(
    call: Call, small: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], told: str
) -> None:
    monkeypatch.chdir(small.parent)
    before = small.read_bytes()
    code, out, err = call("sweep", "small.md", *options)
    assert (code, out) == (2, "") and told in err and "Traceback" not in err
    assert small.read_bytes() == before


def test_a_recording_and_a_file_that_is_not_there_are_refused(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.gradlab").write_text('{"gradlab": 1}\n')
    assert "is a recording" in call("sweep", tmp_path / "a.gradlab", "--over", "rate=[1]")[2]
    assert "xor-trained" in call("sweep", "mlp/xor-traned", "--over", "rate=[1]")[2]


def test_one_of_the_runs_is_opened_with_its_changes_and_seed(call: Call, small: Path) -> None:
    code, out, _ = call("sweep", small, "--over", "rate=[0.2]", "--seeds", 7, "--updates", 30, "--json")
    loss = json.loads(out)["results"][0]["rows"][0]["measured"]["loss"]
    run = call("run", small, "--with", "rate=0.2", "--seed", 7, "train 30", f"expect loss ~= {loss!r} tol 1e-12")
    assert (code, run[0]) == (0, 0)
    assert "seed 7" in call("open", small, "--with", "rate=0.2", "--seed", 7)[1].splitlines()[0]
    assert "did you mean `rate`?" in call("open", small, "--with", "rat=0.2")[2]


def test_the_table_in_csv_has_every_bit(call: Call, small: Path, tmp_path: Path) -> None:
    sweep = tmp_path / "a.jsonl"
    call("sweep", small, "--over", "init=[he, zeros]", "--over", "rate=[0.1, 60]", "--updates", 300, "-o", sweep)
    assert call("export", "csv", sweep, tmp_path / "a.csv") == (0, f"wrote {tmp_path / 'a.csv'}\n", "")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["number", "init", "rate", "seed", "updates", "loss", "failed"]
    done = read_sweep(sweep)[1]
    assert [row["init"] for row in rows] == ["he", "he", "zeros", "zeros"]
    assert float(rows[0]["loss"]) == done[0, 300].measured[0] and rows[1]["failed"].startswith("`loss` is nan")
    refused = call("export", "json", sweep, tmp_path / "a.json")[2]
    assert "`gradlab export csv` or `gradlab export figure` writes them" in refused


def test_the_function_gives_the_array_of_the_command(call: Call, small: Path, tmp_path: Path) -> None:
    given = {"rate": [0.1, 0.3], "init": ["he", "normal(0.5)"]}
    found = gradlab.sweep(small, over=given, seeds=range(2), updates=20, measure=["loss"], out=tmp_path / "a.jsonl")
    line = ("--over", "rate=[0.1, 0.3]", "--over", "init=[he, normal(0.5)]", "--seeds", "0..1", "--updates", 20)
    assert call("sweep", small, *line, "--measure", "loss", "-o", tmp_path / "a.jsonl")[2].startswith(
        f"{tmp_path / 'a.jsonl'}: 8 of 8"
    )
    assert found["loss"].shape == (8,) and found["init"].tolist() == ["he", "he", "normal(0.5)", "normal(0.5)"] * 2
    wrong: list[dict[str, object]] = [{"rate": 3}, {"rate": [None]}, {"rate": []}, {"rat": [1]}]
    for bad in wrong:
        with pytest.raises(GradlabError):
            gradlab.sweep(small, over=bad, updates=1)


AWAKE = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from gradlab.cli import program; program()"
"""The program, which hears Ctrl-C even where whoever runs the tests does not."""
PROGRAM = ["sweep", "small.md", "--over", "rate=log(1e-3, 0.3, 4000)", "--jobs", "2"]


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
@pytest.mark.parametrize("sign", ["SIGINT", "SIGKILL"])
def test_what_is_done_when_it_is_ended_is_kept_and_nobody_is_left(small: Path, sign: str) -> None:
    out = small.with_name("a.jsonl")
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", AWAKE, *PROGRAM, "--updates", "2000", "-o", str(out)]
    pipe = subprocess.PIPE
    program = subprocess.Popen(command, cwd=small.parent, env=paths, stdout=pipe, stderr=pipe, text=True)
    while not out.exists() or out.read_bytes().count(b"\n") < 700:  # beyond what is run in the process itself
        assert program.poll() is None
        time.sleep(0.02)
    workers = [int(one) for one in Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()]
    program.send_signal(getattr(signal, sign))
    told, _ = program.communicate()
    done = read_sweep(out)[1]
    assert 699 <= len(done) < 4000
    if sign == "SIGINT":
        assert program.returncode == 130 and f"{len(done):,} of 4,000 points are done" in told
    for worker in workers:
        while alive(worker):
            time.sleep(0.02)


def alive(process: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has asked for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
