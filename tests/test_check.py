"""What `gradlab check` does not call ok: gradients, trainings and searches that came to nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gradlab.commands._report import Report, longest
from tests.calling import Call

BLOWN = "w = param(1.0)\nloss = w ** 4\nminimize(loss, sgd(lr=10))"
ROOTS = "w = param([0.0, 2.0])\nloss = sum(sqrt(w)) * 0.0\nminimize(loss, sgd(lr=0.1))"
BOWL = "w = param(1.0)\nloss = w * w\nminimize(loss, sgd(lr=0.1))"


@pytest.fixture
def checked(call: Call, tmp_path: Path) -> Callable[[str, str], tuple[int, list[str]]]:
    """Return what checks a model with a script, and gives the exit code and the lines below the first."""

    def check(model: str, script: str) -> tuple[int, list[str]]:
        path = tmp_path / "lesson.md"
        path.write_text(f"```python model\n{model}\n```\n```lab\n{script}\n```\n")
        code, out, _ = call("check", path)
        return code, [line.strip() for line in out.splitlines()[1:-1]]

    return check


Checked = Callable[[str, str], tuple[int, list[str]]]


def test_gradients_that_are_nan_fail(checked: Checked) -> None:
    code, lines = checked("x = param([1000.0, 1.0])\ny = log(sum(exp(x)))", "check")
    assert code == 1
    assert any("x[0]  undefined" in line for line in lines)
    assert lines[-1].endswith("check    2 undefined, 1 unmovable")


def test_a_training_that_ends_in_nan_fails_and_says_where_it_came_up(checked: Checked) -> None:
    code, lines = checked(BLOWN, "train 20")
    assert code == 1
    assert any(line.startswith("line 7  finding: ") for line in lines)
    assert lines[-1] == (
        "line 7  the training ended with numbers that are lost: `loss` is nan, `w` is nan;"
        " `expect isnan(loss)` behind it says that this is meant"
    )


def test_a_training_that_leaves_parameters_that_are_nan_behind_a_finite_loss_fails(checked: Checked) -> None:
    code, lines = checked(ROOTS, "train 1")
    assert code == 1
    assert "`w` is nan" in lines[-1]
    assert checked(ROOTS, "train 1\nexpect isnan(w[0])")[0] == 0


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("train 20\nexpect isnan(w)", 0),
        ("train 20\nsay gone\nexpect isnan(w)", 0),
        ("train 20\nexpect isnan(w)\ntrain 1", 1),
        ("train 20\nexpect 2 > 1", 1),
        ("train 20\nexpect not isnan(w)", 1),
        ("break when nan\ntrain 20", 0),
    ],
)
def test_a_training_may_end_in_nan_where_the_script_says_so(checked: Checked, script: str, code: int) -> None:
    assert checked(BLOWN, script)[0] == code


def test_findings_are_told_once_and_alone_fail_nothing(checked: Checked, call: Call, tmp_path: Path) -> None:
    model = "x = input([4.0, -1.0])\ny = log(x)\nf = sum(y)"
    code, lines = checked(model, "forward\nbackward")
    assert (code, lines) == (0, ["line 7  finding: NaN in `y` at [1] (1 of 2 numbers), from finite inputs of `log`"])
    _, out, _ = call("check", "--json", tmp_path / "lesson.md")
    (entry,) = json.loads(out)["results"]
    assert [finding["line"] for finding in entry["findings"]] == [7]


def test_a_search_that_never_held_fails_and_says_what_came_closest(checked: Checked) -> None:
    code, lines = checked(BOWL, "run until loss < -1 for 5 updates")
    assert code == 1
    assert lines[-1].startswith("line 7  `loss < -1` did not hold from 0.f.0 to 5.f.0; it came closest at ")
    assert checked(BOWL, "run until loss < 0.5 for 5 updates")[0] == 0


def test_a_search_that_never_held_is_exit_1_of_run(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "bowl.md"
    path.write_text(f"```python model\n{BOWL}\n```\n")
    assert call("run", path, "run until loss < -1 for 5 updates")[0] == 1
    assert call("run", path, "run until loss < 0.5 for 5 updates")[0] == 0


def test_the_slowest_scenarios_are_told_with_the_sum_of_all_times(call: Call, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"l{number}.md").write_text(f"```python model\n{BOWL}\n```\n```lab\nforward\n```\n")
    reports = json.loads(call("check", tmp_path, "--json", "--jobs", 1)[1])["results"]
    assert [line for line in call("check", tmp_path, "--jobs", 1)[1].splitlines() if "longest" in line] == []
    *_, head, first, second, total = call("check", tmp_path, "--jobs", 1, "--slowest", 2)[1].splitlines()
    assert head.endswith(" s in all, each for itself; longest took")
    assert {first.split()[2], second.split()[2]} < {report["name"] for report in reports}
    assert float(head.split()[0]) + 0.02 >= float(first.split()[0]) + float(second.split()[0])
    assert float(first.split()[0]) >= float(second.split()[0])
    assert total.startswith("3 scenarios: 3 ok; ")


def test_those_that_took_longest_come_first() -> None:
    reports = [Report("a", seconds=1.0), Report("b", seconds=1200.5), Report("c", seconds=2.25)]
    assert longest(reports, 2) == ["1,203.75 s in all, each for itself; longest took", "   1200.50 s  b", "      2.25 s  c"]


def test_a_claim_that_fails_says_its_line_once(checked: Checked) -> None:
    code, lines = checked("x = param(2.0)\ny = x * 2", "forward\nexpect y ~= 3")
    assert code == 1
    assert lines == ["line 7  expect y ~= 3    got 4, wanted 3: off by 1"]
