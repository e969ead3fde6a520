"""Every rule finds what is wrong with its faulty model and nothing in its twin; one examination serves all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gradlab.diagnose.diagnosis import diagnose
from gradlab.diagnose.examination import Examination, examine
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules import RULES
from gradlab.session import build

UPDATES = 20
each = pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: str(rule.name))
with_twins = pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.faulty], ids=lambda rule: str(rule.name))
TWO = 'x = input([[1.0, 2.0]])\nwith layer("h"):\n    h = tanh(dense(x, 3))\nloss = mean(square(h))\nminimize(loss, sgd(0.1))\n'


def levels(text: str, updates: int, seed: int = 0) -> dict[str, str]:
    """Return the level of each rule that finds something, and of what could not be asked the reason is no failure."""
    diagnosis = diagnose(examine(build(text, seed, backend="plain"), updates), fix=False)
    assert [why for _, why in diagnosis.skipped if "failed" in why] == []
    return {finding.rule: finding.level for finding in diagnosis.findings}


@with_twins
def test_a_rule_finds_its_fault_and_nothing_alarms_at_the_twin(rule: Rule) -> None:
    assert rule.id in levels(rule.faulty, rule.updates)
    healthy = levels(rule.healthy, rule.updates)
    assert rule.id not in healthy or healthy[rule.id] == "info"
    assert {name: level for name, level in healthy.items() if level != "info"} == {}


@each
def test_a_rule_is_a_page_of_the_manual(rule: Rule) -> None:
    assert len(rule.doc) > 100
    assert rule.statistic
    assert rule.remedy
    assert rule.source
    assert rule.threshold or rule.status == "info"


def test_the_lab_that_is_examined_stands_where_it_stood() -> None:
    lab = build(TWO, backend="plain")
    lab.do("step 3")
    before = lab.digest(), lab.position
    examine(lab, 8)
    assert (lab.digest(), lab.position) == before


def test_the_first_the_early_and_the_last_update_are_those_of_the_run_itself() -> None:
    examination = examine(build(TWO, backend="plain"), 8)
    assert examination.early is not None
    sights = examination.first, examination.early, examination.last
    assert [sight.update for sight in sights] == [0, 5, 7]
    lab = build(TWO, backend="plain")
    index = lab.known.nodes["h.W"]
    for sight in sights:
        lab.do(f"goto {sight.update}.f.0")
        np.testing.assert_array_equal(sight.values[index], lab.value("h.W"))
        lab.do("backward")
        np.testing.assert_array_equal(sight.grads[index], lab.grad("h.W"))
        lab.do(f"goto {sight.update + 1}.f.0")
        assert [row.ratio for row in sight.layers] == [row.ratio for row in lab.stats()]
    assert [update for update, _ in examination.losses] == list(range(8))


def test_a_short_run_has_no_early_update_and_one_of_a_model_that_is_not_trained_no_losses() -> None:
    assert examine(build(TWO, backend="plain"), 3).early is None
    only = examine(build("x = param(2.0)\ny = x * x\n", backend="plain"), 100)
    assert (only.first.update, only.last, only.losses) == (0, only.first, ())
    assert only.first.grads[only.graph.nodes[0].index] == 4.0


def test_the_same_run_can_be_examined_again_with_a_change() -> None:
    examination = examine(build(TWO, backend="plain"), 2)
    other = examination.again("init=zeros", 2)
    w = examination.graph.params[0].index
    assert np.abs(examination.first.values[w]).min() > 0
    assert not other.first.values[w].any()


def test_a_nan_that_comes_later_is_told_with_its_update() -> None:
    text = "x = param(1.0)\ny = log(x)\nloss = x + 0.0 * y\nminimize(loss, sgd(0.3))\n"
    finding = diagnose(examine(build(text, backend="plain"), UPDATES)).findings[0]
    assert (finding.rule, finding.name, finding.at) == ("B6", "nan_origin", 5)
    assert finding.text.startswith("NaN in `y`, from finite inputs of `log`")


def rule(find: Any, *reads: str) -> Rule:
    return Rule("example", find, reads=reads)


def test_a_rule_is_not_asked_without_what_it_reads_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(examination: Examination) -> Iterator[Finding]:
        raise AssertionError("asked")

    monkeypatch.setattr("gradlab.diagnose.rules.RULES", {"example": rule(find, "first", "early", "losses")})
    diagnosis = diagnose(examine(build("x = param(2.0)\ny = x * x\n", backend="plain"), 1))
    assert diagnosis.skipped == (("example", "the run has no update 5 and no losses"),)


def test_a_rule_that_fails_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(examination: Examination) -> Iterator[Finding]:
        yield Finding("half")
        raise KeyError("z")

    monkeypatch.setattr("gradlab.diagnose.rules.RULES", {"example": rule(find, "graph"), "nan_origin": RULES["nan_origin"]})
    diagnosis = diagnose(examine(build(RULES["nan_origin"].faulty, backend="plain"), 1))
    assert [finding.name for finding in diagnosis.findings] == ["nan_origin"]
    assert diagnosis.skipped == (("example", "it failed: KeyError: 'z'"),)


def test_a_rule_that_reads_what_no_examination_has_is_refused() -> None:
    with pytest.raises(ValueError, match="an examination has no `lossses`: did you mean `losses`"):
        rule(lambda examination: iter(()), "lossses")


def test_a_network_that_is_too_sure_of_held_out_classes_that_it_has_right_does_not_alarm() -> None:
    alike = RULES["labels_random"].healthy
    found = diagnose(examine(build(alike, 3, backend="plain"), 400), fix=False)
    overfits = [one for one in found.findings if one.rule == "E1"]
    assert [one.level for one in overfits] == ["info"]
    assert overfits[0].value is not None
    assert overfits[0].value > 2
    assert levels(RULES["overfit"].faulty, 400)["E1"] == "error"


ROWS = "x = input([[1.0], [2.0], [3.0], [4.0]])\n"


@pytest.mark.parametrize(
    ("target", "loss", "rate"),
    [
        ("2.0", "mean(square(dense(x, 1) - t))", 0.01),
        ("[[2.0]]", "mean(square(dense(x, 1) - t))", 0.01),
        ("[[1.0], [1.0], [1.0], [1.0]]", "mse(dense(stop_gradient(x), 1), t)", 1e-9),
        ("[[1.0], [0.0], [1.0], [5.0]]", "mse(stop_gradient(dense(x, 1)), t)", 0.1),
    ],
)
def test_no_rule_fails_where_targets_have_no_rows_chance_is_0_or_nothing_is_reached(
    target: str, loss: str, rate: float
) -> None:
    levels(f"{ROWS}t = input({target})\nloss = {loss}\nminimize(loss, sgd({rate}))\n", 40)
