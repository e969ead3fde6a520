"""`check` as it is typed: its budget of time, what it leaves out, and what it does not call ok."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from gradlab.errors import ActionError
from gradlab.graph import gradcheck
from gradlab.graph.moving import Moving
from gradlab.lab.backend import Backend
from gradlab.session import Lab, build
from tests.lab.models import XOR, plain, said

WIDE = "w = param(shape=(20, 10), init=normal(1))\nloss = sum(square(tanh(w)))"


def test_gradients_that_are_nan_are_not_ok() -> None:
    lab = plain("x = param([1000.0, 1.0])\ny = log(sum(exp(x)))")
    outcome = lab.do("check")
    assert not outcome.ok
    assert [line.text for line in outcome.lines if line.kind == "fail"][-1] == "check    2 undefined, 1 unmovable"
    assert any(line.text.startswith("x[0]  undefined") for line in outcome.lines if line.kind == "fail")
    assert any(line.text.startswith("undefined: ") for line in outcome.lines if line.kind == "info")


def test_a_vector_without_a_direction_is_a_kink() -> None:
    lab = plain("x = param([0.0, 0.0, 0.0])\ny = const([1.0, 2.0, 2.0])\nloss = cosine_similarity(x, y, axis=0)")
    (found,) = [verdict for verdict in lab.check() if verdict.name == "x"]
    assert (found.verdict, found.analytic) == ("kink", 0.0)
    assert said(lab, "check")[-1].startswith("ok: check")


def test_a_check_that_compares_nothing_fails_and_says_why() -> None:
    lab = plain("w, v = param(2.0), param(3.0)\nside = v * 2\nq = const([inf, inf])\nloss = square(w) + sum(1 / q)")
    for name in ("v", "side"):
        outcome = lab.do(f"check {name}")
        assert not outcome.ok
        assert str(outcome) == f"check    nothing was compared: no gradient flows from `loss` to `{name}`"
    outcome = lab.do("check q")
    assert [line.text for line in outcome.lines if line.kind == "fail"] == ["check    nothing was compared: 1 unmovable"]
    assert lab.do("check w").ok


def test_what_was_not_moved_is_said() -> None:
    lab = plain(WIDE)
    assert (
        said(lab, "check w")[-1]
        == "info: moved 64 of 200 elements, chosen by the seed; `check w full` moves all that are finite"
    )
    assert said(lab, "check w full")[-1] == "ok: check    1 ok"
    assert [v.checked for v in lab.check(nodes=["w"], full=True)] == [200]
    assert said(plain(XOR), "check")[-1].startswith("ok: check")


def test_a_check_of_the_root_looks_at_all_that_lead_to_it() -> None:
    lab = plain(WIDE)
    assert said(lab, "check loss") == said(lab, "check")
    assert said(lab, "check loss") != said(lab, "check w")


def test_a_class_number_that_is_also_a_feature_cannot_be_moved() -> None:
    lab = build(
        "t = input([0.0, 1.0, 2.0])\nW = param([[0.1, 0.2, 0.3]])\nlogits = reshape(t, (3, 1)) @ W\n"
        "loss = cross_entropy(logits, t)\nminimize(loss, sgd(0.1))",
        backend="jit",
    )
    for line in ("forward", "backward"):
        lab.do(line)
    assert "ok: check    3 ok, 1 unmovable" in said(lab, "check full")


def test_what_the_time_did_not_reach_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = plain(XOR)
    monkeypatch.setattr(gradcheck._Pace, "over", property(lambda pace: True))
    spoken = said(lab, "check for 2 s")
    count = len(lab.check())
    assert spoken[-1] == f"info: checked 1 of {count} nodes in 2 s; `check for 8 s` looks at more"
    assert f"ok: check    1 ok, {count - 1} unchecked" in spoken


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("check for ever", "`ever` is not a number of seconds"),
        ("check for 3 ops", "for how many seconds?"),
        ("check loss full now", "unexpected `now`"),
        ("check for 0 s", "`0` is out of range"),
    ],
)
def test_a_check_that_cannot_be_read_is_refused_with_the_place(text: str, told: str) -> None:
    with pytest.raises(ActionError, match=re.escape(told)):
        plain(XOR).do(text)


def test_an_edit_of_a_value_that_the_check_works_out_anew_is_said() -> None:
    lab = plain("x = param(2.0)\nh = x * 3\nloss = h * h")
    lab.do("forward to h")
    lab.do("set h = 7")
    lab.do("backward")
    lab.do("set x = 5")
    note = "info: the edit `set h = 7` does not count here: the model is run again from its leaves"
    for action in ("check", "check x", "nudge x by 0.1", "precision float32"):
        assert said(lab, action).count(note) == 1, action
    lab.do("undo")
    lab.do("undo")
    assert note not in said(lab, "check")


def test_work_beside_the_run_counts_for_the_change_of_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = plain(
        'x, t = dataset("moons", n=24, split="train", batch=5)\n'
        "loss = bce(dense(x, 1), reshape(t, (5, 1)))\nminimize(loss, sgd(0.1))"
    )
    lab.do("train 3")
    counted: list[float] = []
    monkeypatch.setattr(Backend, "worked", lambda backend, seconds: counted.append(seconds))
    for action in ("check", "precision float32", 'expect on("test", loss) > 0'):
        counted.clear()
        lab.do(action)
        assert counted, action
    counted.clear()
    lab.do("goto 0")
    lab.do("quiz grad(loss)")
    lab.answer("1")
    assert counted


def test_an_element_whose_first_step_agrees_costs_two_runs_of_what_depends_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[int] = []
    each = Moving.each

    def counted(moving: Moving, places: Any, by: Any) -> Any:
        moved.append(len(places))
        return each(moving, places, by)

    monkeypatch.setattr(Moving, "each", counted)
    found = plain("x = noise(shape=(6, 2, 3))\ny, h = rnn(x, 4)\nloss = mean(square(y))").check()
    assert {verdict.verdict for verdict in found} == {"ok"}
    assert sum(moved) <= 2.2 * sum(verdict.checked for verdict in found)


def same(one: Lab, other: Lab) -> bool:
    """Whether two laboratories check the same elements, with the same verdicts and nearly the same slopes."""
    pairs = list(zip(one.check(), other.check(), strict=True))
    words = all((a.name, a.verdict, a.checked) == (b.name, b.verdict, b.checked) for a, b in pairs)
    return words and all(np.isclose(a.analytic, b.analytic) for a, b in pairs if a.element == b.element)


def test_kernels_and_numpy_give_the_same_verdicts() -> None:
    text = "x = noise(shape=(3, 2, 2))\ny, h = rnn(x, 3)\nloss = mean(square(y)) + sum(relu(h))"
    assert same(build(text, backend="plain"), build(text, backend="jit"))
