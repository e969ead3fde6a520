"""The tried fix: rates, pairs, the time that it may take, `fix` in the session, and the patch of the file."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from gradlab.diagnose import trial
from gradlab.diagnose.diagnosis import diagnose
from gradlab.diagnose.doing import examined, last
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Hyper, Length, Swap, Wrap
from gradlab.errors import ActionError
from gradlab.lab.core import Stopped
from gradlab.recording.reader import open_recording
from gradlab.recording.recorders import record_to
from gradlab.recording.replay import replay
from gradlab.scenario.markdown import parse
from gradlab.session import build, load
from tests.calling import Call

MOONS = 'x, t = dataset("moons", n=300, noise=0.1, split="train", test=0.3, batch=30, target="column")\n'
NET = "h = relu(dense(x, 16, init={}))\ny = dense(h, 1)\nloss = bce(y, t{})\nminimize(loss, {})\n"
DEEP = """\
---
title: Ten layers
---
Ten layers of `sigmoid`.

```python model
x, t = dataset("circles", n=300, noise=0.1, factor=0.5, split="train", test=0.3, batch=30, target="column")
h = x
for k in range(10):
    h = sigmoid(dense(h, 16))  # squashed
y = dense(h, 1)
loss = bce(y, t)
minimize(loss, adam(0.01))
```

```lab
train 150
```
"""


def test_two_faults_are_mended_together() -> None:
    examination = examined(build(MOONS + NET.format("zeros", "", "sgd(1e-4)")), 120)
    first = Finding("weights", rule="none", fixes=(Fix("start with `he`", (Argument("init", "he"),)),))
    second = Finding("rate", rule="none", fixes=(Fix("ten thousand times the rate", (Hyper("lr", "{} * 10000"),)),))
    alone = [trial.tried(examination, one) for one in (first, second)]
    assert [one is not None and one.helps for one in alone] == [False, False]
    found = trial.paired(examination, [first, second])
    assert found is not None and {id(found[1]), id(found[2])} == {id(first), id(second)}
    assert found[0].helps and found[0].after < 0.5 < found[0].before
    assert {str(change) for change in found[0].changes} == {"init=he", "lr=_ * 10000"}


def test_a_change_of_scale_that_needs_another_rate_says_both() -> None:
    examination = examined(build(MOONS + NET.format("he", ', reduction="sum"', "sgd(0.003)")), 100)
    scale = Fix("take the mean", (Argument("reduction", '"mean"', examination.roles.root), Hyper("lr", "{} * 3")), rates=True)
    found = trial.tried(examination, Finding("sum", rule="none", fixes=(scale,)))
    assert found is not None
    assert found.change == "take the mean, with the learning rate x 10"
    assert str(found.changes[-1]) == "lr=_*10"
    assert next(text.partition(":")[0] for text in found.others) == "take the mean"


def test_the_same_text_is_run_once() -> None:
    examination = examined(build(MOONS + NET.format("he", "", "sgd(1e-4)")), 60)
    twice = tuple(Fix(name, (Hyper("lr", factor),)) for name, factor in (("a", "{} * 10"), ("b", "{} / 0.1")))
    found = trial.tried(examination, Finding("slow", rule="none", fixes=twice))
    assert found is not None and found.change == "a" and found.others == ()


def test_a_longer_run_is_compared_and_written_into_the_script(tmp_path: Path) -> None:
    path = tmp_path / "short.md"
    path.write_text(
        f"```python model\n{MOONS}{NET.format('he', '', 'sgd(0.1)')}```\n\n```lab\ntrain 1_0\ntrain 2 epochs\n```\n"
    )
    examination = examined(load(path), 20)
    found = trial.tried(examination, Finding("short", rule="none", fixes=(Fix("ten times", (Length(10),)),)))
    assert found is not None and found.helps and found.updates == 200
    changed = [line for line in found.diff.split("\n") if line[:1] in ("+", "-") and line[:3] not in ("+++", "---")]
    assert changed == ["-train 1_0", "-train 2 epochs", "+train 100", "+train 20 epochs"]


def test_no_trial_is_begun_without_time_for_it_and_what_is_known_is_told() -> None:
    lab = build(parse(DEEP, "deep.md")[0].model.text)
    examination = examined(lab, 150, 1e6)
    examination.lab.deadline = monotonic()
    finding = Finding("x", rule="none", fixes=(Fix("he", (Argument("init", "he"),)),))
    with pytest.raises(Stopped):
        trial.tried(examination, finding)
    examination.lab.deadline = monotonic() + 1e6
    examination.seconds = 1e9
    found = diagnose(examination)
    assert found.headline is not None and found.headline.rule == "D1" and found.headline.verified is None


def test_a_fix_runs_from_the_same_seed_with_the_data_in_the_same_order() -> None:
    examination = examined(build(MOONS + NET.format("he", "", "sgd(0.1)"), seed=7), 50)
    (same,) = trial.attempts(examination, Fix("nothing new", (Hyper("lr", "{} * 1"),)))
    assert same.ending is not None and examination.end is not None
    assert same.ending.share == examination.share(examination.end)
    assert examination.held_out is not None and same.ending.held_out == examination.share(examination.held_out.loss)


def test_what_a_session_has_done_holds_in_the_trial() -> None:
    lab = build(MOONS + NET.format("he", "", "sgd(0.5)"))
    lab.do("set h.W = 0")
    examination = examined(lab, 50)
    node = examination.graph.find("h")
    assert node is not None
    for fix, helps in ((Swap("sigmoid", node.index), True), (Wrap("{} * 1", node.index), False)):
        (found,) = trial.attempts(examination, Fix("change it", (fix,)))
        assert found.ending is not None and (found.ending.share < 0.99) is helps


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    path = tmp_path / "deep.md"
    path.write_text(DEEP)
    return path


def test_fix_makes_what_was_tried_and_undo_brings_back_what_there_was(deep: Path, tmp_path: Path) -> None:
    lab = load(deep)
    recorder = record_to(lab, tmp_path / "one.gradlab")
    lab.do("train 20")
    before = lab.digest()
    found = lab.diagnose()
    said = str(lab.do("fix"))
    assert last(lab) is None
    assert said.startswith("D1 vanishing: tried: ") and "helps" in said
    assert "h = relu(dense(h, 16, init=he))  # squashed" in lab.scenario.document.source.text
    assert lab.position.update == 20 and deep.read_text() == DEEP
    lab.do("train 130")
    assert lab.diagnose().learned is True
    with pytest.raises(ActionError, match="nothing was found"):
        lab.do("fix")
    lab.do("undo")
    assert (lab.digest(), last(lab)) == (before, found)
    recorder.close()
    text = (tmp_path / "one.gradlab").read_text()
    assert '"do":"change sigmoid=relu with init=he"' in text and '"do":"fix"' not in text
    assert replay(open_recording(tmp_path / "one.gradlab")).difference is None


@pytest.mark.parametrize(
    ("line", "why"), [("fix 9", "no finding has the number 9"), ("fix x", "whole number"), ("fix 0", "range")]
)
def test_a_fix_that_there_is_not_is_refused(deep: Path, line: str, why: str) -> None:
    with pytest.raises(ActionError, match=why):
        load(deep).do(line)


def test_a_question_that_is_open_comes_first(deep: Path) -> None:
    lab = load(deep)
    lab.do("quiz loss")
    for line in ("fix", "change lr=1"):
        with pytest.raises(ActionError, match="a question is open"):
            lab.do(line)


ENDS: dict[str, Callable[[str], bytes]] = {
    "unix": lambda text: text.encode(),
    "windows": lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
    "without an end": lambda text: text.partition("\n```lab")[0].rstrip("\n").encode(),
    "mixed": lambda text: text.replace("range(10):\n", "range(10):\r\n").encode(),
}


@pytest.mark.parametrize("ends", ENDS)
@pytest.mark.parametrize("tool", [["patch", "-p0", "--binary", "-i", "one.diff"], ["git", "apply", "one.diff"]])
def test_the_patch_changes_the_file_and_nothing_else_in_it(
    ends: str, tool: list[str], deep: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which(tool[0]) is None:
        pytest.skip(f"there is no `{tool[0]}` here")
    monkeypatch.chdir(deep.parent)
    raw = ENDS[ends](DEEP)
    deep.write_bytes(raw)
    code, out, err = call("diagnose", "deep.md", "--diff", "--updates", 150)
    assert code == 1 and out.startswith("--- deep.md") and "D1 vanishing" in err
    Path("one.diff").write_bytes(out.encode())
    subprocess.run(tool, check=True, capture_output=True)
    wanted = raw.replace(b"sigmoid(dense(h, 16))", b"relu(dense(h, 16, init=he))").replace(
        b"y = dense(h, 1)", b"y = dense(h, 1, init=he)"
    )
    assert deep.read_bytes() == wanted


def test_nothing_is_said_of_a_share_of_chance_where_chance_is_not_known() -> None:
    examination = examined(build("w = param(2.0)\nloss = w ** 4 - w\nminimize(loss, sgd(1e-6))\n"), 20)
    assert examination.chance is None
    slow = Finding("slow", rule="D6", fixes=(Fix("ten times the rate", (Hyper("lr", "{} * 10"),)),))
    assert trial.tried(examination, slow) is None and trial.paired(examination, [slow]) is None


def test_a_script_that_changes_its_model_is_diagnosed_as_it_is_written(tmp_path: Path) -> None:
    script = "set h.b = 2\nchange relu=tanh(batch_norm(_)) with units@h=8\nset y.b = 1\nset y.W = 2\ntrain 20\n"
    path = tmp_path / "one.md"
    path.write_text(f"```python model\n{MOONS}{NET.format('he', '', 'sgd(0.1)')}```\n\n```lab\n{script}```\n")
    examination = examined(load(path))
    assert [deed.text for deed in examination.lab.journal.deeds] == ["set y.b = 1"]
    assert examination.graph.find("h.gamma") is None and examination.updates == 20


def test_a_trial_that_is_broken_off_tells_the_best_by_then_and_none_is_begun_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    examination = examined(build(MOONS + NET.format("he", "", "sgd(1e-4)")), 60)
    fixes = tuple(Fix(f"{factor} times the rate", (Hyper("lr", f"{{}} * {factor}"),)) for factor in (10, 30, 100))
    run, begun = trial._run, list[int]()

    def broken_off(*asked: Any) -> Any:
        begun.append(1)
        if len(begun) == 2:
            raise KeyboardInterrupt
        return run(*asked)

    monkeypatch.setattr(trial, "_run", broken_off)
    found = trial.tried(examination, Finding("slow", rule="none", fixes=fixes))
    assert found is not None and found.change == "10 times the rate"
    with pytest.raises(Stopped):
        trial.tried(examination, Finding("slow", rule="none", fixes=fixes))
    assert len(begun) == 2
