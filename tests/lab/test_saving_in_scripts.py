"""What a script saves and loads: in the folder of `--out`, or in one that goes; runs beside it keep to their own."""

from __future__ import annotations

from pathlib import Path

import pytest

import gradlab
from gradlab.cli import main
from gradlab.errors import ActionError
from tests.lab.models import NORMED, XOR

SCRIPT = """train 3
save runs/w.npz
train 4
let straight = sum(output.W)
load runs/w.npz
expect updates ~= 3
train 4
expect sum(output.W) ~= straight tol 0
"""


def page(folder: Path, script: str, model: str = XOR) -> Path:
    """Write a scenario."""
    path = folder / "page.md"
    path.write_text(f"# Page\n\n```python model\n{model.strip()}\n```\n\n```lab\n{script.strip()}\n```\n", encoding="utf-8")
    return path


def test_a_script_saves_and_loads_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check", str(page(tmp_path, SCRIPT))]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["page.md"]


def test_with_a_folder_its_files_stay_and_are_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = page(tmp_path, SCRIPT)
    assert main(["check", str(path), "--out", str(tmp_path / "out")]) == 0
    kept = (tmp_path / "out" / "runs" / "w.npz").read_bytes()
    assert main(["check", str(path), "--out", str(tmp_path / "out")]) == 2
    assert "`runs/w.npz` is there already, and is not written over" in capsys.readouterr().err
    assert (tmp_path / "out" / "runs" / "w.npz").read_bytes() == kept


def test_a_script_reads_what_lies_beside_it_and_what_it_wrote_goes_before_that(tmp_path: Path) -> None:
    lab = gradlab.load(page(tmp_path, "load w.npz\nexpect updates ~= 9\ntrain 1\nsave w.npz\nload w.npz\nexpect updates ~= 10"))
    other = gradlab.build(XOR)
    other.do("train 9")
    other.do(f"save {tmp_path}/w.npz")
    for _ in lab.script:
        assert lab.next_line().ok
    assert "`w.npz` was loaded" in str(lab.run.origin.missing("0"))


@pytest.mark.parametrize("line", ["save ../w.npz", "save /tmp/w.npz", "load ../w.npz", "save .w.npz", "load /etc/passwd"])
def test_a_script_that_leads_out_fails(line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(page(tmp_path, line))]) == 2
    assert "a script writes" in capsys.readouterr().err


@pytest.mark.parametrize("model", [XOR, NORMED])
def test_runs_of_other_seeds_save_and_load_their_own(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = ["train 3", "save w.npz", "train 4", "load w.npz", "train 2"]
    lab = gradlab.build(model, backend="plain")
    for line in lines:
        lab.do(line)
    kept = (tmp_path / "w.npz").read_bytes()
    alone = []
    for seed in range(3):
        other = gradlab.build(model, seed, backend="plain")
        other.do("train 5")
        alone.append(float(other.value("loss")))
    assert lab.do(f"expect seeds(0..2, loss) ~= {sum(alone) / 3!r} tol 0").ok
    assert (tmp_path / "w.npz").read_bytes() == kept
    assert [path.name for path in tmp_path.iterdir()] == ["w.npz"]


def test_a_quiz_whose_number_is_not_final_before_another_run_begins_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "train 2\nsave w.npz\nquiz loss\nload w.npz\nforward\nexpect loss > 0"
    assert main(["check", str(page(tmp_path, script))]) == 1
    assert "another run is begun before loss is final" in capsys.readouterr().out


def test_a_wrong_answer_is_judged_by_the_run_that_it_was_asked_in(tmp_path: Path) -> None:
    lab = gradlab.build(XOR)
    for line in ("forward", f"save {tmp_path}/w.npz", "train 3", "forward", "quiz grad(output.b)", "backward"):
        lab.do(line)
    right = lab.twins.at(lab.position).machine.grad(lab.known.nodes["output.b"]).copy()
    lab.do(f"load {tmp_path}/w.npz")
    lab.do("train 1")
    assert lab.do(f"answer {-float(right[0])!r}").lines[0].kind == "wrong"
    assert lab.do(f"answer {float(right[0])!r}").lines[0].kind == "right"


def test_a_twin_begins_where_a_loaded_run_begins_and_a_comparison_says_that_it_cannot(tmp_path: Path) -> None:
    lab = gradlab.build(XOR, backend="plain")
    lab.do("train 5")
    lab.do(f"save {tmp_path}/w.npz")
    lab.do(f"load {tmp_path}/w.npz")
    lab.do("train 3")
    beside = lab.beside()
    assert beside.digest() == lab.digest()
    beside.do("goto 5.b.2")
    lab.do("goto 5.b.2")
    assert beside.digest() == lab.digest()
    with pytest.raises(ActionError) as caught:
        lab.do("compare session")
    assert f"this session begins at 5.f.0, where `{tmp_path}/w.npz` was loaded, and the scenario at 0.f.0" in str(caught.value)


def test_a_loaded_run_is_searched_and_asked_as_any_other(tmp_path: Path) -> None:
    lab = gradlab.build(XOR, backend="plain")
    lab.do("train 5")
    lab.do(f"save {tmp_path}/w.npz")
    lab.do(f"load {tmp_path}/w.npz")
    lab.do("train 6")
    assert [line.kind for line in lab.do("reverse until loss < 0").lines if line.kind == "fail"] == ["fail"]
    assert "back to 5.f.0" in str(lab.do("reverse until loss < 0"))
    lab.do("curve loss * 1")
    lab.do("back 3 update")
    lab.do("train 3")
    assert lab.do("expect history(loss)[0] > 0").ok
    assert lab.do("check").ok
    lab.explain("hidden.W")
    lab.do("goto 5.b.end")
    assert lab.ledger("hidden.W").rows
    assert lab.paths("hidden.W")
    assert lab.nudge("hidden.W", 0, 1e-3)
    assert lab.stats()
    assert lab.findings() == ()
