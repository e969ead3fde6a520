"""A recording as a scenario: what was done by hand is a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.cli import main
from gradlab.recording.recorders import close_all, record_to
from gradlab.session import build, load
from tests.recording.making import DEEDS, NEURON, done, neuron, recorded

SCRIPT = """\
```lab
forward
expect loss ~= 0.7758034925743759
set w = 5
step 2
expect loss ~= 0.9866590924049252
mark here
back
backward
update
train 10
expect loss ~= 0.023186086413498424
expect w > 0
```
"""


def exported(tmp_path: Path, recording: Path) -> Path:
    """Return the scenario that is made of a recording."""
    out = tmp_path / "made.md"
    assert main(["export", "scenario", str(recording), str(out)]) == 0
    return out


def test_deeds_become_a_script_that_expects_the_numbers_that_were_there(tmp_path: Path) -> None:
    out = exported(tmp_path, recorded(tmp_path))
    text, _, script = out.read_text(encoding="utf-8").rpartition("```lab")
    assert text == NEURON.partition("```lab")[0]
    assert main(["check", str(out)]) == 0
    assert [line for line in f"```lab{script}".splitlines() if "loss" not in line] == [
        line for line in SCRIPT.splitlines() if "loss" not in line
    ]


def test_a_number_that_is_another_one_fails_the_script(tmp_path: Path) -> None:
    out = exported(tmp_path, recorded(tmp_path))
    out.write_text(out.read_text(encoding="utf-8").replace("sgd(0.5)", "sgd(0.51)"), encoding="utf-8")
    assert main(["check", str(out)]) == 1


def test_what_failed_was_stopped_or_asked_is_a_remark(tmp_path: Path) -> None:
    lab = load(neuron(tmp_path), backend="plain")
    record_to(lab, tmp_path / "out.gradlab")
    lab.on_chunk = lambda: lab.cancel() if lab.position.update > 2 else None
    done(lab, ["train 100000000"])
    lab.on_chunk = None
    at = lab.position
    done(lab, ["undo", "quiz f", "answer 3", "expect w > 1e9"])
    close_all(lab)
    script = exported(tmp_path, tmp_path / "out.gradlab").read_text(encoding="utf-8").rpartition("```lab\n")[2].splitlines()
    assert [line for line in script if not line.startswith("expect")] == [
        f"goto {at}  # `train 100000000` was stopped there",
        "# it failed: undo",
        "# quiz f",
        "# answer 3",
        "# it failed: expect w > 1e9",
        "```",
    ]
    assert main(["check", str(tmp_path / "made.md")]) == 0


def test_a_model_alone_and_a_seed_of_its_own_are_kept(tmp_path: Path) -> None:
    lab = build("x = param(shape=(2,), init=normal(1.0))\ny = sum(square(x))\n", seed=7, backend="plain")
    record_to(lab, tmp_path / "out.gradlab")
    close_all(done(lab, ["forward"]))
    text = exported(tmp_path, tmp_path / "out.gradlab").read_text(encoding="utf-8")
    assert text.startswith("```python model\nx = param(") and "\n```lab\nseed 7\nforward\nexpect y ~= " in text
    assert main(["check", str(tmp_path / "made.md")]) == 0


@pytest.mark.parametrize("name", ["circuits/sigmoid-neuron", "mlp/xor-trained", "linear/linreg-quiz"])
def test_a_lesson_that_was_followed_becomes_a_scenario_that_passes(tmp_path: Path, name: str) -> None:
    from tests.long.shelf import record_lesson

    record_lesson(name, tmp_path / "lesson.gradlab")
    assert main(["check", str(exported(tmp_path, tmp_path / "lesson.gradlab"))]) == 0


def test_what_is_there_is_never_written_over_without_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = recorded(tmp_path, DEEDS), tmp_path / "made.md"
    out.write_text("mine", encoding="utf-8")
    assert main(["export", "scenario", str(path), str(out)]) == 2
    assert capsys.readouterr().err == f"error: `{out}` is there already; `--force` writes over it\n"
    assert out.read_text(encoding="utf-8") == "mine"
    assert main(["export", "scenario", str(path), str(out), "--force"]) == 0
    assert out.read_text(encoding="utf-8").startswith("---\ntitle: A neuron")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["made.md", "neuron.md", "out.gradlab"]


def test_an_unknown_form_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "scenari", "x", "y"]) == 2
    assert capsys.readouterr().err.startswith("error: unknown form `scenari`: did you mean `scenario`?\n")
