"""`gradlab diagnose`: text, JSON, JUnit, exit codes; what a bad file and an interruption give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from gradlab.diagnose import examination as examinations
from gradlab.diagnose import trial
from gradlab.diagnose.diagnosis import Diagnosis, diagnose
from gradlab.diagnose.doing import diagnosed, examined
from gradlab.diagnose.plan import planned
from gradlab.diagnose.rules import RULES
from gradlab.diagnose.sight import look
from gradlab.diagnose.told import verdict
from gradlab.session import build, load
from tests.calling import Call

KEYS = {*("rule", "name", "level", "headline", "node", "layer", "statistic", "value", "threshold", "at", "text"),
        *("fix", "verified", "because")}  # fmt: skip
LINE = "x = input([[0.0], [1.0], [2.0]])\nt = input([[1.0], [3.0], [5.0]])\nout = dense(x, 1)\nloss = mse(out, t)\n"
LEARNS = LINE + "minimize(loss, sgd(0.1))\n"


def written(folder: Path, name: str, model: str, script: str = "", head: str = "") -> str:
    """Write a scenario, and return its path."""
    path = folder / f"{name}.md"
    lab = f"```lab\n{script}```\n" if script else ""
    path.write_text(f"---\ntitle: {name}\n{head}---\n```python model\n{model}```\n{lab}", encoding="utf-8")
    return str(path)


def test_a_deep_network_of_sigmoids_is_told_from_one_of_relus(call: Call, tmp_path: Path) -> None:
    sick, well = (written(tmp_path, name, getattr(RULES["vanishing"], name)) for name in ("faulty", "healthy"))
    code, out, err = call("diagnose", sick, "--no-fix", "--updates", "40")
    assert (code, err) == (1, "")
    first, headline, *_ = out.splitlines()
    assert first.startswith(f"{sick}: it has not learned: loss 0.69")
    assert headline.startswith("error    D1 vanishing: the gradient vanishes on its way back: at h.0 it is ")
    assert "what may help: relu in place of sigmoid, started with `he`" in out
    assert call("diagnose", well, "--no-fix")[0] == 0


def test_the_document_is_the_one_that_the_help_describes(call: Call, tmp_path: Path) -> None:
    sick = written(tmp_path, "sick", RULES["vanishing"].faulty)
    well = written(tmp_path, "well", LEARNS)
    code, out, _ = call("diagnose", sick, well, "missing.md", "--no-fix", "--json", "--updates", "30")
    document: dict[str, Any] = json.loads(out)
    assert (code, document["command"], document["ok"]) == (2, "diagnose", False)
    ill, fine, bad = document["results"]
    assert set(ill) == set(fine) == {"name", "learned", "findings", "skipped"}
    assert set(bad) == {"name", "learned", "findings", "skipped", "error"}
    assert (ill["learned"], fine["learned"], bad["learned"]) == (False, True, None)
    head = ill["findings"][0]
    assert set(head) == KEYS
    assert (head["rule"], head["level"], head["headline"], head["at"], head["verified"]) == ("D1", "error", True, 0, None)
    assert head["value"] < head["threshold"] == 1e-3
    assert [one["headline"] for one in ill["findings"]].count(True) == 1
    assert all(set(one) == {"rule", "why"} for one in fine["skipped"])


def test_a_junit_report_has_a_case_a_file(call: Call, tmp_path: Path) -> None:
    sick, well = written(tmp_path, "sick", RULES["vanishing"].faulty), written(tmp_path, "well", LEARNS)
    report = tmp_path / "report.xml"
    call("diagnose", sick, well, "missing.md", "--no-fix", "--updates", "20", "--junit", str(report))
    suite = ElementTree.parse(report).getroot()[0]
    assert [suite.get(key) for key in ("tests", "failures", "errors")] == ["3", "1", "1"]
    assert [[part.tag for part in case] for case in suite] == [["failure"], [], ["error"]]


def test_roles_are_shown(call: Call, tmp_path: Path) -> None:
    _, out, _ = call("diagnose", written(tmp_path, "line", LEARNS), "--roles", "--no-fix")
    shown = dict(
        line.split(maxsplit=1) for line in out.splitlines() if line[:9].strip() in ("inputs", "targets", "task", "chance")
    )
    assert shown == {
        "inputs": "x",
        "targets": "t",
        "task": "regression",
        "chance": "2.667, the loss of the best constant output",
    }


@pytest.mark.parametrize(
    ("model", "code", "said"),
    [
        ("x = param(2.0)\ny = x * x\n", 0, "nothing is trained"),
        ("x = param(-1.0)\nloss = square(log(x))\nminimize(loss, sgd(0.1))\n", 1, "B6 nan_origin: NaN in `_log.0`"),
        ("x = input([[0.0], [1.0]])\nt = input([1, 1])\nloss = cross_entropy(dense(x, 3), t)\nminimize(loss, adam(0.1))\n", 0,
         "whether it has learned cannot be told"),
        ('x = input(shape=(2, 3), value=1)\n', 2, "error: "),
    ],
)  # fmt: skip
def test_what_is_no_ordinary_training_is_said(call: Call, tmp_path: Path, model: str, code: int, said: str) -> None:
    got, out, err = call("diagnose", written(tmp_path, "odd", model), "--no-fix")
    assert (got, said in out + err) == (code, True)
    assert "Traceback" not in err


def test_what_is_not_computed_is_not_diagnosed(call: Call, tmp_path: Path) -> None:
    path = written(tmp_path, "sizes", LEARNS, head="run: never\n")
    code, _, err = call("diagnose", path)
    assert (code, "run: never" in err) == (2, True)


def test_of_two_objectives_the_first_is_examined_and_rules_of_one_alone_are_not_asked() -> None:
    text = LINE + 'low = square(out.b - 1)\nminimize(loss, sgd(0.1), over="out")\nminimize(sum(low), sgd(0.1), over="out")\n'
    found = diagnosed(build(text, backend="plain"), 20, fix=False)
    assert found.updates == 19
    alone = {rule.id for rule in RULES.values() if rule.alone}
    assert {rule for rule, why in found.skipped if why == "several `minimize` take turns"} == alone


def test_an_objective_that_the_script_never_trains_is_not_judged(tmp_path: Path) -> None:
    text = LINE + "far = square(out - t - 30)\nminimize(mean(far), sgd(0.1))\nminimize(loss, sgd(0.1))\n"
    lab = load(written(tmp_path, "second", text, "train 20 updates of loss\n"), backend="plain")
    examination = examined(lab)
    assert (examination.roles.root, examination.updates, examination.place) == (lab.known.nodes["loss"], 20, 1)
    assert [update for update, _ in examination.losses] == [*range(20)]
    assert examination.series is not None
    assert examination.series.updates.tolist() == [*range(20)]
    assert [examination.end] == [examination.ended.loss]


@pytest.mark.parametrize(
    ("script", "updates", "deeds"),
    [
        ("", 200, 0),
        ("train 30\nforward\ntrain 12\n", 42, 0),
        ("train 5 epochs\nset out.W = 0\ntrain 10\n", 15, 1),
        ("seed 3\ntrain 10\nset out.W = 0\n", 10, 1),
        ("set out.W = 0\nforward\nbackward out with 1\ntrain 20\n", 20, 1),
    ],
)
def test_a_run_is_as_long_as_its_script_and_its_edits_count(tmp_path: Path, script: str, updates: int, deeds: int) -> None:
    lab = load(written(tmp_path, "scripted", LEARNS, script), backend="plain")
    plan = planned(lab)
    assert (plan.updates, len(plan.deeds)) == (updates, deeds)


def test_an_edit_of_the_script_is_in_the_run_that_is_examined(tmp_path: Path) -> None:
    lab = load(written(tmp_path, "edited", LEARNS, "train 5\nset out.W = 7\ntrain 10\n"), backend="plain")
    examination = examined(lab)
    assert (examination.updates, lab.position.update) == (15, 0)
    w = examination.graph.params[0].index
    lab.do("train 5")
    lab.do("set out.W = 7")
    lab.do("train 10")
    np.testing.assert_array_equal(examination.leaves[15][w], lab.value("out.W"))


def test_a_session_is_diagnosed_with_what_was_done_in_it_and_stands_where_it_stood() -> None:
    lab = build(LEARNS, backend="plain")
    lab.do("train 3")
    lab.do("set out.W = 0")
    lab.do("train 4")
    before = lab.digest(), lab.position
    found = lab.diagnose(30)
    assert (found.updates, found.learned) == (30, True)
    assert (lab.digest(), lab.position) == before


def test_when_the_time_is_over_the_run_ends_where_it_is() -> None:
    examination = examined(build(RULES["vanishing"].faulty, backend="plain"), 100_000, seconds=0.5)
    assert 1 <= examination.updates < 100_000
    assert examination.stopped.startswith("the time is over")
    assert examination.last.update == examination.updates - 1
    assert examination.updates in examination.leaves


def test_after_an_interruption_what_is_known_is_told(monkeypatch: pytest.MonkeyPatch, call: Call, tmp_path: Path) -> None:
    monkeypatch.setattr(examinations, "look", lambda lab, update: _broken_off(look, lab, update))
    code, out, _ = call("diagnose", written(tmp_path, "sick", RULES["vanishing"].faulty), "--no-fix", "--updates", "50")
    assert code == 130
    assert "after 5 updates" in out
    assert "(interrupted)" in out
    assert "D1 vanishing" in out


@pytest.mark.parametrize("runs", [0, 1])
def test_after_an_interruption_of_a_fix_what_is_known_is_told(
    runs: int, monkeypatch: pytest.MonkeyPatch, call: Call, tmp_path: Path
) -> None:
    left = iter([trial._run] * runs)

    def broken_off(*given: Any) -> Any:
        try:
            return next(left)(*given)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(trial, "_run", broken_off)
    code, out, _ = call("diagnose", written(tmp_path, "sick", RULES["vanishing"].faulty), "--updates", "50")
    assert code == 130
    assert "(interrupted)" in out
    assert "D1 vanishing" in out
    assert ("tried: relu in place of sigmoid" in out) == bool(runs)


def _broken_off(looks: Any, lab: Any, update: int) -> Any:
    if update == 49:
        raise AssertionError("it was to end before")
    if update == 5 and lab.position.update < 5:
        looks(lab, 4)
        raise KeyboardInterrupt
    return looks(lab, update)


def test_of_a_network_that_has_learned_everything_found_is_information(monkeypatch: pytest.MonkeyPatch) -> None:
    from gradlab.diagnose.finding import Finding
    from gradlab.diagnose.rule import Rule

    rules = {
        "early": Rule("early", lambda e: iter([Finding("early")]), ("graph",), "Z1", rank=1),
        "late": Rule("late", lambda e: iter([Finding("late")]), ("graph",), "Z2", rank=2),
        "stays": Rule("stays", lambda e: iter([Finding("stays")]), ("graph",), "Z3", rank=3, stays=True),
        "shy": Rule("shy", lambda e: iter([Finding("shy")]), ("graph",), "Z4", rank=0, status="info"),
    }
    monkeypatch.setattr("gradlab.diagnose.rules.RULES", rules)

    def levels(rate: float) -> list[tuple[str, str, bool, str]]:
        text = LINE + f"minimize(loss, sgd({rate}))\n"
        found = diagnose(examinations.examine(build(text, backend="plain"), 60), fix=False)
        return [(one.rule, one.level, one.headline, one.because) for one in found.findings]

    assert levels(0.0) == [
        ("Z1", "error", True, ""), ("Z3", "warning", False, ""), ("Z4", "info", False, ""), ("Z2", "info", False, "Z1"),
    ]  # fmt: skip
    assert levels(0.1) == [
        ("Z3", "error", True, ""), ("Z4", "info", False, ""), ("Z1", "info", False, ""), ("Z2", "info", False, ""),
    ]  # fmt: skip


def test_a_finding_that_is_of_the_mechanics_by_its_own_rank_is_told_where_learning_means_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from gradlab.diagnose.finding import Finding
    from gradlab.diagnose.rule import Rule

    monkeypatch.setattr(
        "gradlab.diagnose.rules.RULES",
        {
            "slip": Rule("slip", lambda e: iter([Finding("rows slipped", rank=15)]), ("graph",), "Z1", rank=122),
            "late": Rule("late", lambda e: iter([Finding("late")]), ("graph",), "Z2", rank=60),
        },
    )
    text = LINE.replace("[[1.0], [3.0], [5.0]]", "[[1.0], [1.0], [1.0]]") + "minimize(loss, sgd(0.1))\n"
    found = diagnose(examinations.examine(build(text, backend="plain"), 10), fix=False)
    assert found.learned is None
    assert [(one.rule, one.level, one.headline) for one in found.findings] == [("Z1", "error", True), ("Z2", "info", False)]


def test_a_session_that_was_loaded_is_diagnosed_from_what_was_loaded(tmp_path: Path) -> None:
    lab = build(LEARNS, backend="plain")
    lab.do("train 5")
    weights = lab.value("out.W")
    lab.do(f'save "{tmp_path / "kept.npz"}"')
    lab.do(f'load "{tmp_path / "kept.npz"}"')
    examination = examined(lab, 3)
    np.testing.assert_array_equal(examination.leaves[0][examination.graph.params[0].index], weights)
    assert examination.updates == 3


def test_a_run_whose_end_there_was_no_time_to_look_at_is_not_said_to_train_nothing() -> None:
    said = verdict(Diagnosis((), (), updates=5, stopped="the time is over"))
    assert said == "whether it has learned was not looked at after 5 updates (the time is over)"
