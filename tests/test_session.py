"""The face of the laboratory: typed outcomes, what an open question hides, and objects that read well."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import gradlab
from gradlab.cli import main
from gradlab.lab.hidden import HiddenError, is_unseen
from gradlab.lab.outcome import Outcome
from gradlab.lab.why.arrivals import Drill
from gradlab.session import Lab, build
from gradlab.train.strips import strip_kinds

FORKED = "x = input([[1.0, 2.0], [3.0, 4.0]])\nw = param([1.0, 1.0])\na = x @ w\nb = a * w\nloss = sum(b)\n"
SIGMOID = """
w1, x1 = param(-3.0), input(-2.0)
dot = w1 * x1 - 4.3
f = sigmoid(dot)
"""
NUMBER = "-0.261211"
"""What the gradient of w1 is, as it is written in a line."""
LESSON = f"""---
title: A lesson
---
The gradient of the weight will be -0.261211 here, and nowhere else.

```python model
{SIGMOID.strip()}
```

```lab
quiz grad(w1)
backward f
expect grad(w1) ~= -0.261211 tol 1e-6
explain w1
```
"""


@pytest.fixture
def asked() -> Lab:
    lab = build(SIGMOID)
    lab.do("backward")
    lab.do("quiz grad(w1)")
    return lab


# ---- outcomes say what they show --------------------------------------------------------------------------------------


def test_an_action_says_which_node_panel_page_and_finding_it_is_about() -> None:
    lab = build(FORKED)
    assert lab.do("focus b").look == lab.known.nodes["b"]
    assert lab.do("compare with w=[1.0, 2.0]").panel == "compare"
    page = lab.do("help sigmoid").page
    assert page is not None
    assert (page.title, page.lines[0].split()[0]) == ("sigmoid", "sigmoid(x)")
    assert lab.do("help undo").page is None
    lab.do("backward")
    assert lab.do("explain w[0]").found == lab.explain("w[0]")
    assert lab.do("digest").found == lab.digest()


def test_several_lines_have_one_outcome_which_shows_what_the_last_of_them_showed() -> None:
    lab = build(FORKED)
    outcome = lab.do("focus a\nfocus b\nexpect 1 > 2")
    assert outcome.look == lab.known.nodes["b"]
    assert [line.kind for line in outcome.lines] == ["info", "info", "fail"]
    assert not outcome.ok
    assert Outcome().ok


def test_what_a_move_ran_again_is_said_before_the_rest() -> None:
    lab = build(FORKED)
    for line in ("forward", "set w = [2.0, 1.0]"):
        lab.do(line)
    first, *_ = lab.do("backward").lines
    assert first.text.startswith("ran again what was stale: a, b, loss")


# ---- what an open question hides ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "read",
    [
        lambda lab: lab.grad("w1"),
        lambda lab: lab.environment().grad("w1"),
        lambda lab: lab.do("expect grad(w1) < 0"),
        lambda lab: lab.do("set x1 = grad(w1)"),
        lambda lab: lab.do("nudge w1 by grad(w1)"),
        lambda lab: lab.do("quiz grad(w1) = grad(w1)"),
    ],
)
def test_reading_the_number_is_refused_until_it_is_answered(asked: Lab, read: Callable[[Lab], Any]) -> None:
    with pytest.raises(HiddenError, match=r"the open question asks for grad\(w1\)"):
        read(asked)
    asked.do("quiz grad(w1) = -0.2612")
    if "quiz" not in str(read.__code__.co_consts):
        read(asked)


@pytest.mark.parametrize("line", ["explain w1", "paths w1", "watch grad(w1)", "check", "stats", "back\nstep"])
def test_no_line_tells_the_number(asked: Lab, line: str) -> None:
    assert "-0.2612" not in str(asked.do(line))
    asked.do("reveal")
    if line not in ("check", "stats"):
        assert "-0.2612" in str(asked.do(line))


def test_no_object_holds_the_number(asked: Lab) -> None:
    index = asked.known.nodes["w1"]
    brief, ledger, paths = asked.brief([index])[0], asked.ledger(index), asked.paths(index)
    assert is_unseen(brief.grad)
    assert not is_unseen(brief.value)
    assert is_unseen(ledger.total)
    assert all(is_unseen(row.part) and not is_unseen(row.upstream) for row in ledger.rows)
    assert is_unseen(paths.total)
    assert is_unseen(paths.sum)
    assert "-0.2612" not in repr((brief, ledger, paths, asked.formula(index), asked.stats(), asked.check(), asked.snapshot()))
    assert asked.window(index, "grad").hidden == "all"
    assert "-0.2612" not in str(asked.window(index, "grad").array)
    through = asked.ledger(asked.known.nodes["x1"], None, Drill())
    assert through.rows


def test_a_gradient_that_another_one_is_made_of_is_hidden_there_too() -> None:
    lab = build(SIGMOID)
    lab.do("backward")
    lab.do("quiz grad(dot)")
    row = lab.explain("_mul.0").rows[0]
    assert row.name == "dot"
    assert is_unseen(row.upstream)
    assert is_unseen(row.part)


def test_one_number_of_a_tensor_is_hidden_and_the_others_are_not() -> None:
    lab = build(FORKED)
    lab.do("backward")
    lab.do("quiz grad(w[0])")
    window = lab.window(lab.known.nodes["w"], "grad")
    assert window.hidden == frozenset({(0, 0)})
    assert [str(number) for number in window.array[0]] == ["nan", "13.0"]
    assert is_unseen(lab.explain("w[0]").total)
    assert lab.explain("w[1]").total == 13.0


def test_a_number_that_is_not_whole_is_hidden_in_boxes_and_tables_of_other_nodes_too() -> None:
    lab = build("w, u = param([0.25, 3.0]), param([1.0, 1.0])\nv = w * u\nloss = sum(v * w)")
    lab.do("backward")
    lab.do("quiz w[0]")
    table = lab.window(lab.known.nodes["v"], "value")
    assert (table.hidden, str(table.array)) == (frozenset({(0, 0)}), "[[nan  3.]]")
    lab.do("quiz w[1]")
    assert lab.window(lab.known.nodes["v"], "value").hidden == frozenset()
    lab = build("a = param(0.75)\nb = a * 1\nc = b * 1")
    lab.do("forward\nquiz b")
    assert all(is_unseen(one.value) for one in lab.brief([lab.known.nodes[name] for name in "abc"]))


def test_layers_through_time_and_losses_of_a_training_hide_the_number_too() -> None:
    model = (
        'x = input([[1.0, 2.0]])\nwith layer("h"):\n    h = tanh(dense(x, 2))\nloss = sum(h**2)\nminimize(loss, sgd(lr=0.01))'
    )
    lab = build(model)
    lab.do("train 20")
    updates, found = lab.through(strip_kinds()[0])
    lab.do(f"quiz {float(found['h'][-1])!r} * 1")
    assert updates[-1] == 10
    assert str(lab.through(strip_kinds()[0])[1]["h"][-1]) == "nan"
    lab = build(model)
    lab.do("quiz loss")
    first = lab.train(2).loss[0]
    assert str(first) == "nan"
    lab.do("reveal")
    assert float(lab.run.history.pairs(0)[0][1]) > 0


def test_a_check_hides_the_gradient_that_is_not_there_yet() -> None:
    lab = build(SIGMOID)
    lab.do("forward\nquiz grad(w1)")
    one = next(verdict for verdict in lab.check() if verdict.name == "w1")
    assert is_unseen(one.analytic)
    assert is_unseen(one.numeric)
    assert "-0.2612" not in str(lab.do("check"))


def test_a_comparison_hides_the_number_of_both_runs() -> None:
    lab = build("x = input([[1.0, 2.0]])\nw = param([0.3, 0.14])\nloss = sum(x @ w)")
    lab.do("forward\nquiz loss")
    found = lab.do("compare with w=[0.3, 0.9]")
    lab.do("reveal")
    assert f"{float(lab.value('loss')):.6g}" == "0.58"
    assert "0.58" not in str(found)
    assert "0.58" not in repr(found.found)
    assert "0.58" in repr(lab.do("compare with w=[0.3, 0.9]").found)


def test_the_number_of_an_expression_is_hidden_in_texts() -> None:
    lab = build(SIGMOID)
    lab.do("backward")
    lab.do("quiz 3 * grad(w1)")
    assert "?" in str(lab.do("watch 3 * grad(w1)"))
    lab.do("reveal")
    assert "-0.783634" in str(lab.do("watch 3 * grad(w1)"))


def test_a_lesson_shows_the_number_neither_in_its_prose_nor_in_its_claims(tmp_path: Path) -> None:
    path = tmp_path / "lesson.md"
    path.write_text(LESSON, encoding="utf-8")
    lab = gradlab.load(path)
    before = [piece.text for piece in lab.lesson().pieces]
    assert any("-0.261211" in text for text in before)
    assert before[-2:] == ["what is grad(w1)?", "3 lines follow your answer"]
    lab.next_line()
    hidden = [piece.text for piece in lab.lesson().pieces]
    assert not any("-0.261211" in text for text in hidden)
    assert hidden[-2:] == ["what is grad(w1)?", "3 lines follow your answer"]
    said = [str(lab.next_line()) for _ in range(3)]
    assert not any("-0.2612" in text for text in said)
    assert "w1 " not in said[0] or "?" in said[0]
    lab.do("quiz grad(w1) = -0.2612")
    after = [piece.text for piece in lab.lesson().pieces]
    assert "expect grad(w1) ~= -0.261211 tol 1e-6" in after
    assert after[0] == before[0]


def test_a_claim_of_the_script_is_judged_while_its_number_is_hidden(tmp_path: Path) -> None:
    path = tmp_path / "lesson.md"
    path.write_text(LESSON, encoding="utf-8")
    lab = gradlab.load(path)
    outcomes = [lab.next_line() for _ in range(3)]
    assert outcomes[-1].lines[-1].kind == "ok"
    assert "?" in outcomes[-1].lines[-1].text


def test_a_check_hides_nothing_for_nobody_is_there_to_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lesson.md"
    path.write_text(LESSON.replace("-0.261211 tol", "-0.2 tol"), encoding="utf-8")
    assert main(["check", str(path)]) == 1
    assert "-0.26121" in capsys.readouterr().out


def test_a_run_hides_it_between_the_question_and_the_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lesson.md"
    path.write_text(LESSON, encoding="utf-8")
    assert main(["run", str(path), "quiz grad(w1)", "backward f", "explain w1"]) == 0
    assert NUMBER not in capsys.readouterr().out
    assert main(["run", str(path), "quiz grad(w1)", "backward f", "quiz grad(w1) = -0.26", "explain w1"]) == 0
    assert NUMBER in capsys.readouterr().out


# ---- objects that read well --------------------------------------------------------------------------------------------


def test_what_people_hold_has_a_short_repr() -> None:
    lab = build(FORKED)
    assert repr(lab) == "<Lab at 0.f.0: 5 nodes, float64, plain, seed 0>"
    assert repr(lab.do("backward")) == "<Outcome ok: 1 line>"
    assert repr(build("h = tanh(dense(input([[1.0]]), 2))\nloss = sum(h)\n").stats()) == "<LayerTable: 1 layer>"
    assert repr(lab.explain("w[0]")) == "<Ledger ∂loss/∂w[0] = +7.000000: 3 parts>"
    assert repr(lab.paths(lab.known.nodes["w"])) == "<Paths ‖∂loss/∂w‖ = +14.764823: 2 ways>"


def test_a_ledger_prints_as_a_table_everywhere() -> None:
    lab = build(FORKED)
    lab.do("backward")
    found = lab.explain("w[0]")
    assert str(found).splitlines() == [
        "∂loss/∂w[0] = +7.000000",
        "through      upstream  local       part   share",
        "b[0]        +1.000000      3  +3.000000  42.9 %",
        "a, 2 parts                    +4.000000  57.1 %",
        "  a[0]      +1.000000      1  +1.000000  14.3 %",
        "  a[1]      +1.000000      3  +3.000000  42.9 %",
    ]
    assert found._repr_html_().count("<tr>") == 5
    console = Console(file=io.StringIO(), width=100)
    console.print(found)
    drawn = console.file.getvalue()  # type: ignore[attr-defined]
    assert "a, 2 parts" in drawn
    assert "∂loss/∂w[0]" in drawn


def test_the_layers_print_as_the_action_says_them_and_hide_what_is_asked_for() -> None:
    lab = build("with layer('one'):\n    h = tanh(input([[0.5]]) * param(2.0))\nloss = sum(h)\n")
    lab.do("backward")
    said = [line.text.split() for line in lab.do("stats").lines]
    assert [line.split() for line in str(lab.stats()).splitlines()] == said
    assert "0.761594" in str(lab.stats())
    lab.do("quiz h")
    assert "0.761594" not in str(lab.stats())
    assert str(lab.stats()).count("?") >= 1
    assert lab.stats()._repr_html_().count("<tr>") == len(lab.stats()) + 1
