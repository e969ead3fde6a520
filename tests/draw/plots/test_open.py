"""Plots are opened, listed, shown again, closed; they are claims, and hide what an open question asks for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gradlab.cli import main
from gradlab.draw.ink import dump
from gradlab.draw.plots import Blank, Paper, drawn
from gradlab.draw.plots._open import MOST
from gradlab.errors import ActionError
from gradlab.session import Lab, build
from tests.draw.plots.cases import CASES, NET, lab_of, last, opened


def net() -> Lab:
    return build(NET, seed=2, backend="plain")


def texts(lab: Lab, line: str) -> list[str]:
    return [line.text for line in lab.do(line).lines]


def test_plots_keep_their_numbers_and_are_listed_shown_and_closed() -> None:
    lab = net()
    assert texts(lab, "plot")[0].startswith("no plot is open; there are curve, graph, hist, image, ladder")
    lab.do("forward\nplot hist h\nplot matrix h\nplot hist   h")
    assert texts(lab, "plot") == ["1  hist h", "2  matrix h"]
    assert texts(lab, "plot 2")[0] == "plot 2: matrix h"
    lab.do("plot close 1\nplot hist y")
    assert texts(lab, "plot") == ["2  matrix h", "3  hist y"]
    assert texts(lab, "plot close")[0].startswith("which one?")
    with pytest.raises(ActionError, match="no plot 7 is open; there are 2, 3"):
        lab.do("plot close 2 7")
    assert len(lab.plots) == 2
    assert texts(lab, "plot close all") == ["closed plot 2: matrix h", "closed plot 3: hist y"]
    assert texts(lab, "plot close all") == ["no plot was open"]


def test_so_many_plots_are_open_and_no_more() -> None:
    lab = net()
    lab.do("forward")
    for k in range(MOST):
        lab.do(f"plot hist h * {k + 1}")
    with pytest.raises(ActionError, match="which is the most"):
        lab.do("plot hist h * 99")


def test_an_unknown_kind_names_the_nearest() -> None:
    with pytest.raises(ActionError, match="did you mean `plane`"):
        net().do("plot plain y")


def test_a_plot_follows_the_run() -> None:
    lab = net()
    lab.do("forward\nplot matrix y")
    one = lab.plots.of(1)
    before = one.picture(lab, Paper()).spot((1, 0)).text
    lab.do("train 5\nforward")
    assert one.picture(lab, Paper()).spot((1, 0)).text != before
    lab.do("back 99")
    with pytest.raises(ActionError, match="`y` is pending"):
        build(NET, backend="plain").plots.open(one.kind, one.arguments, "x").picture(build(NET, backend="plain"), Paper())


def test_what_is_not_there_yet_fails_as_a_claim_and_stays_open() -> None:
    lab = net()
    outcome = lab.do("plot hist grad(h)")
    assert not outcome.ok
    assert outcome.lines[1].text == "it cannot be drawn here: grad(h) is pending at 0.f.0"
    assert len(lab.plots) == 1
    lab.do("backward")
    assert lab.do("plot 1").ok


@pytest.mark.parametrize(("line", "code"), [("plot hist grad(h)", 1), ("forward\nplot hist h", 0), ("plot hist g", 2)])
def test_check_runs_a_plot_as_a_claim_that_it_can_be_drawn(tmp_path: Path, line: str, code: int) -> None:
    lesson = tmp_path / "lesson.md"
    lesson.write_text(f"---\ntitle: A lesson\n---\n```python model{NET}```\n\n```lab\n{line}\n```\n")
    assert main(["check", str(lesson)]) == code


def test_a_curve_is_recorded_from_when_it_is_opened_also_in_fresh_runs() -> None:
    lab = net()
    lab.do("train 3\nplot curve norm(hidden.W), loss\ntrain 4\nplot hist hidden.W")
    picture = lab.plots.of(1).picture(lab, Paper())
    assert [picture.spot((0, k)).goal.line for k in (0, 3)] == ["goto 3", "goto 6"]
    assert [picture.spot((1, k)).goal.line for k in (0, 6)] == ["goto 0", "goto 6"]
    assert [statement.text for statement in lab.done if statement.word == "plot"] == ["plot curve norm(hidden.W), loss"]


def test_a_curve_does_not_begin_anew_when_it_is_opened_again() -> None:
    lab = net()
    lab.do("curve norm(hidden.W)\ntrain 4\nplot curve norm(hidden.W)")
    assert lab.plots.of(1).picture(lab, Paper()).size == (1, 4)


def hides(lab: Lab, question: str, line: str) -> str:
    """Return a plot as it is drawn while a question is open."""
    lab.do(f"plot {line}")
    lab.do(f"quiz {question}")
    one = lab.plots.of(lab.plots.shown)
    return dump(drawn(one.kind, one.picture(lab, Paper(78, 22, "plain", (0, 0))), Paper(78, 22, "plain", (0, 0))))


def test_an_element_that_is_asked_for_is_a_question_mark_in_its_cell() -> None:
    lab = net()
    lab.do("forward")
    seen, secret = (float(value) for value in lab.value("h")[2])
    text = hides(lab, "h[2, 1]", "matrix h")
    assert text.split("\n")[4].split() == ["2", f"{seen:+.5f}", "?"]
    assert f"{secret:+.4f}" not in text
    picture = lab.plots.of(1).picture(lab, Paper())
    assert picture.spot((2, 1)).text == "h[2, 1] = ?"
    lab.do("reveal")
    assert lab.plots.of(1).picture(lab, Paper()).spot((2, 1)).text.startswith("h[2, 1] = ")


@pytest.mark.parametrize(
    "line", ["image h", "hist h", "scatter h by t", "plane h[:, 0]", "matrix h * 2", "trace h", "graph h @ h.T"]
)
def test_a_whole_value_that_is_asked_for_is_in_no_picture(line: str) -> None:
    lab = net()
    lab.do("forward")
    numbers = {f"{abs(value):.3g}" for value in lab.value("h").flat if abs(value) < 0.99}
    assert len(numbers) > 2
    text = hides(lab, "h", line)
    assert "?" in text
    assert not any(number in text for number in numbers)


def test_points_of_a_curve_that_is_asked_for_are_hidden_and_those_of_the_loss_are_only_the_same_number() -> None:
    lab = net()
    lab.do("plot curve norm(hidden.W), loss\ntrain 5\nforward")
    lab.do("quiz hidden.W")
    picture = lab.plots.of(1).picture(lab, Paper())
    assert [picture.spot((0, k)).text.split("   ")[0] for k in (0, 4)] == ["norm(hidden.W) = ?"] * 2
    assert "?" not in picture.spot((1, 2)).text


def test_a_statement_of_a_script_draws_no_more_than_a_person_may_see() -> None:
    lab = net()
    lab.do("forward\nquiz h")
    lab.in_script = True
    lab.do("plot hist h")
    assert "?" in dump(drawn(lab.plots.of(1).kind, last(lab.plots.of(1)), Paper()))
    lab.do("plot plane y")
    lab.do("plot plane h[:, 0]")
    assert isinstance(last(lab.plots.of(3)), Blank)


def test_a_plot_that_goes_wrong_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = net()
    lab.do("forward\nplot hist h")
    one = lab.plots.of(1)

    def broken(*given: object) -> None:
        raise ValueError("no such luck")

    one.kind = type(one.kind)(**{name: getattr(one.kind, name) for name in one.kind.__slots__} | {"ask": broken})
    lab.touch()
    assert texts(lab, "plot 1")[1] == "plot 1 went wrong: ValueError: no such luck"


def test_many_numbers_are_thinned_and_that_is_said() -> None:
    lab = build("x = input(shape=(1000000, 2))\ny = x * 1\n", data={"x": np.zeros((1_000_000, 2))}, backend="plain")
    lab.do("forward")
    picture = opened(lab, "scatter x")
    assert "one of 200 of 1,000,000 points is drawn" in texts(lab, "plot 1")
    assert picture.picture(lab, Paper()).size == (1, 5000)
    lab.do("plot matrix x")
    assert any("numbers is kept" in line for line in texts(lab, "plot 2"))


def test_a_picture_of_too_many_numbers_is_refused_before_they_are_taken() -> None:
    lab = build("x = input(shape=(5000000,))\n", data={"x": np.zeros(5_000_000)}, backend="plain")
    with pytest.raises(ActionError, match="a picture takes at most 4,000,000"):
        lab.do("plot hist x")


def test_the_ladder_of_before_stands_beside() -> None:
    lab = lab_of(CASES["ladder"])
    lab.do("plot ladder\ntrain 5\nbackward")
    one = lab.plots.of(1)
    assert "faint: at 0.b.4" in dump(drawn(one.kind, one.picture(lab, Paper()), Paper()))


def test_a_picture_is_another_one_in_the_midst_of_a_training() -> None:
    lab = net()
    lab.do("forward\nplot matrix hidden.W")
    seen: list[str] = []
    lab.on_chunk = lambda: seen.append(lab.plots.of(1).picture(lab, Paper()).spot((0, 0)).text)
    lab.do("train 400")
    assert len(set(seen)) > 1


def test_a_surface_waits_for_the_end_of_a_training_and_says_so() -> None:
    lab = build("w, b, c = param(1.0), param(0.5), param(2.0)\nloss = (w * b - c) ** 2 + c ** 2\nminimize(loss, sgd(0.01))\n",
                backend="plain")  # fmt: skip
    lab.do("forward\nplot surface loss over w 0..3, b -1..2")
    one = lab.plots.of(1)
    lab.do("train 3")
    lab.progress = 0.5
    assert any("before this run" in note for note in one.picture(lab, Paper()).notes)
    lab.progress = None
    lab.touch()
    assert not any("before this run" in note for note in one.picture(lab, Paper()).notes)
    assert not lab.do("plot 1").lines[0].text.startswith("the edit")
