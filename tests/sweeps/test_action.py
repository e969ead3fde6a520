"""`sweep` as an action: an array that `expect` can ask, beside a session that does not move."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gradlab.errors import ActionError, ScenarioError
from gradlab.lab.hidden import HiddenError
from gradlab.session import Lab, build, load
from tests.calling import Call
from tests.sweeps.making import TEXT, alone, ask, scenario

LESSON = f"""{TEXT}
```lab
train 3
sweep rate=log(0.003, 0.3, 3) for 40 updates measure loss measure max(abs(y))
expect swept("loss")[2] < swept("loss")[0]
expect swept("rate") ~= [0.003, 0.03, 0.3]
sweep rate=[0.1, 0.2] init=[normal(0.1), normal(1.0)] seeds 0..1 for 5 updates measure loss
expect swept("loss")[0, 1] > 0
sweep random 4 rate=log(1e-3, 1) for 5 updates measure loss
expect max(swept("rate")) < 1
```
"""


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return load(scenario(tmp_path), backend="jit")


def array(lab: Lab, text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(lab.known.constants[f'swept("{text}")'])


def test_a_lesson_asks_what_was_swept(call: Call, tmp_path: Path) -> None:
    code, out, _ = call("check", scenario(tmp_path, LESSON))
    assert code == 0 and "4 ok" in out


def test_it_gives_the_numbers_of_the_command_and_does_not_move(lab: Lab, tmp_path: Path) -> None:
    lab.do("train 3")
    before = lab.digest()
    said = lab.do("sweep rate=[0.3, 0.1, 60] seeds 0..1 for 230 updates measure loss")
    assert lab.digest() == before and lab.progress is None and not lab.can_undo
    sweep = ask(tmp_path / "small.md", "rate=[0.3, 0.1, 60]", updates=230)
    means = [np.mean([alone(sweep, n + k).measured[0] for k in (0, 1)]) for n in (0, 2)]
    assert array(lab, "loss")[:2].tolist() == means and np.isnan(array(lab, "loss")[2])
    assert [line.text.split("  ")[0].strip() for line in said.lines if line.kind == "value"] == [
        "rate=0.3",
        "rate=0.1",
        "rate=60",
    ]
    assert "failed 2 of 2: `loss` is nan" in said.lines[2].text
    assert not lab.do("expect swept('loss')[2] < 1").ok


def test_a_model_of_python_is_swept_too() -> None:
    lab = build("w = param(2.0)\na = 3.0\nloss = (w - a) ** 2\nminimize(loss, sgd(lr=0.1))")
    lab.do("sweep a=[1.0, 4.0] measure loss measure grad(w)")
    assert array(lab, "loss").tolist() == [1, 4] and array(lab, "grad(w)").tolist() == [2, -4]


def test_what_a_question_asks_for_is_not_told_beside_it(lab: Lab) -> None:
    lab.do("train 40")
    lab.do("quiz loss")
    with pytest.raises(HiddenError):
        lab.do("sweep rate=[0.3, 0.1] seeds 2 for 40 updates measure loss")
    assert "swept" not in str(lab.known.constants)
    lab.do("reveal")
    lab.do("sweep rate=[0.3, 0.1] seeds 2 for 40 updates measure loss")
    assert array(lab, "loss")[0] == lab.value("loss")
    lab.do("quiz loss")
    with pytest.raises(HiddenError):
        lab.do("expect swept('loss')[0] > 0")


def test_it_is_recorded_and_done_again(call: Call, tmp_path: Path) -> None:
    path, out = scenario(tmp_path), tmp_path / "a.gradlab"
    lines = ("sweep rate=[0.3, 0.1] for 20 updates measure loss", "expect swept('loss')[0] > 0", "train 2")
    assert call("run", path, *lines, "--record", out)[0] == 0
    assert call("replay", out)[0] == 0


def test_it_is_stopped_like_anything_else(lab: Lab) -> None:
    lab.on_chunk = lab.cancel
    with pytest.raises(ActionError, match="stopped at"):
        lab.do("sweep rate=[0.3, 0.1] for 100000000 updates measure loss")
    lab.on_chunk = None
    assert lab.progress is None and "swept" not in str(lab.known.constants)
    lab.do("train 2")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("sweep rate=[1, 2] for 3 updates", "what is measured?"),
        ("sweep rate=[1, 2] for 3 updates measure", "an expression is missing"),
        ("sweep measure loss", "what does it go over?"),
        ("sweep 3 rate=[1] measure loss", "what does it go over?"),
        ("sweep rate=lgo(1, 2, 3) measure loss", "did you mean `log`?"),
        ("sweep rate=log(0, 1, 3) measure loss", "touches 0"),
        ("sweep rate=[1] rate=[2] measure loss", "twice"),
        ("sweep seed=[1, 2] measure loss", "does not go over `seed`"),
        ("sweep rate=[1] seeds 3..1 measure loss", "seeds are"),
        ("sweep rate=[1] for long measure loss", "whole number"),
        ("sweep rate=[1] for 3 epochs measure loss", "for how long?"),
        ("sweep random x rate=log(1, 2) measure loss", "whole number"),
        ("sweep rate=[1] measure losss", "did you mean `loss`?"),
        ("sweep rate=[1] measure h", "no single number"),
        ("sweep rate=[1] measure seeds(0..2, loss)", "seeds of its own"),
        ("sweep rat=[1] measure loss", "did you mean `rate`?"),
        ("sweep rate=[foo] measure loss", "unknown name `foo`"),
        ("sweep rate=lin(1, 2, 10001) measure loss", "10,001 runs, allowed are 10,000"),
        ("expect swept('loss')[0] < 1", "comes first"),
        ("expect swept(loss) < 1", "in quotes"),
    ],
)
def test_bad_input_says_what_is_wrong(lab: Lab, line: str, told: str) -> None:
    with pytest.raises((ActionError, ScenarioError)) as error:
        lab.do(line)
    assert told in str(error.value)


def test_a_name_that_was_not_swept_is_found_before_anything_runs(call: Call, tmp_path: Path) -> None:
    code, _, err = call("run", scenario(tmp_path, LESSON.replace('swept("rate")', 'swept("rat")')), "forward")
    assert code == 2 and "no sweep before has measured `rat`" in err and "did you mean `rate`?" in err
