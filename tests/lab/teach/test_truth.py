"""A question of a script is graded for what the script reaches, whatever the default root is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gradlab
from gradlab.cli import main
from gradlab.lab.teach.question import LessonQuestion, OpenQuestion
from gradlab.lab.teach.quiz import NumberQuestion
from gradlab.lab.teach.truth import FirstTruth, Truth, run_of
from gradlab.scenario.shelf import folder
from gradlab.session import Lab, build

TWO_ENDS = "w = param(3.0)\na = w*2\nb = sigmoid(a)\nother = param(1.0)*5"
TRAINED = "w = param(3.0)\nloss = (w - 1)**2\nminimize(loss, sgd(lr=0.1))"


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "lesson.md"


def scripted(path: Path, model: str, *script: str) -> Lab:
    """Return a laboratory on a lesson, behind its first question."""
    lines = "\n".join(script)
    path.write_text(f"---\ntitle: A lesson\n---\n```python model\n{model}\n```\n```lab\n{lines}\n```\n", encoding="utf-8")
    lab = gradlab.load(path, backend="plain")
    while lab.question is None:
        lab.next_line()
    return lab


def kind(lab: Lab, answer: str) -> str:
    return lab.answer(answer).lines[-1].kind


def test_the_root_is_that_of_the_backward_pass_to_come(written: Path) -> None:
    lab = scripted(written, TWO_ENDS, "forward", "quiz grad(w)", "backward a")
    assert lab.answer("2").lines[-1].text == "right: grad(w) = 2"
    lab = scripted(written, TWO_ENDS, "forward", "quiz grad(w)", "backward b")
    assert kind(lab, "2") == "wrong"


def test_a_typed_question_is_graded_for_what_was_reached_first() -> None:
    for behind in ((), ("back",), ("backward b",), ("set w = 1",)):
        lab = build(TWO_ENDS)
        for line in ("forward", "quiz grad(w)", "backward a", *behind):
            lab.do(line)
        assert kind(lab, "2") == "right", behind


def test_a_typed_question_is_graded_for_the_default_root_when_it_is_answered_at_once() -> None:
    lab = build(TWO_ENDS)
    lab.do("forward")
    lab.do("quiz grad(other)")
    assert kind(lab, "1") == "right"


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [("linear/softmax-classifier", "p[0] - q[0]", "0"), ("circuits/matmul", "sum(G[0] * X[0])", "0.5959476823313707")],
)
def test_a_lesson_whose_script_names_another_root_is_graded_for_that(name: str, right: str, wrong: str) -> None:
    place = folder()
    assert place is not None
    lab = gradlab.load(place / f"{name}.md", backend="plain")
    while lab.question is None or not isinstance(lab.question.asked, NumberQuestion):
        lab.skip_question()
        lab.next_line()
    assert kind(lab, wrong) == "wrong"
    assert kind(lab, right) == "right"


def test_what_a_training_passes_through_is_reached_there(written: Path) -> None:
    for asked, given in (("loss", "4"), ("grad(w)", "4"), ("w.next", "2.6"), ("w - w.next", "0"), ("update(w)", "-0.4")):
        lab = scripted(written, TRAINED, f"quiz {asked}", "train 5")
        assert kind(lab, given) == "right", asked
        assert str(lab.position) == "0.f.0"


def test_a_number_of_the_last_update_is_not_the_one_asked_for(written: Path) -> None:
    lab = scripted(written, TRAINED, "update", "quiz loss", "forward")
    assert kind(lab, "4") == "wrong"
    assert kind(lab, "2.56") == "right"
    lab = build(TRAINED)
    lab.do("update\nquiz grad(w)")
    assert kind(lab, "3.2") == "right"


def test_a_gradient_behind_a_training_is_that_of_the_update_to_come(written: Path) -> None:
    lab = scripted(written, TRAINED, "train 2", "quiz grad(w)", "forward", "backward")
    assert kind(lab, "3.2") == "wrong"
    lab = scripted(written, TRAINED, "train 2", "quiz grad(w)", "forward", "backward")
    assert lab.answer("2.56").lines[-1].text == "right: grad(w) = 2.56"


def test_what_is_final_when_it_is_asked_for_stays_the_answer(written: Path) -> None:
    lab = scripted(written, TWO_ENDS, "forward", "quiz a", "set w = 1", "forward")
    for _ in range(2):
        lab.next_line()
    assert kind(lab, "6") == "right"


def test_the_mistake_is_looked_for_where_the_answer_was_right(written: Path) -> None:
    lab = scripted(written, TWO_ENDS, "forward", "quiz grad(w)", "backward a")
    assert lab.answer("-2").lines[-1].text == "not -2: the sign is wrong; try again"
    lab = build(TWO_ENDS)
    lab.do("forward\nquiz grad(w)\nbackward a\nset w = 1\nforward\nbackward b")
    assert lab.answer("-2").lines[-1].text == "not -2: the sign is wrong; try again"


def test_looking_ahead_moves_nothing_and_a_run_can_be_made_again(written: Path) -> None:
    lab = scripted(written, TWO_ENDS, "forward", "quiz grad(w)", "backward a")
    before = lab.digest(), lab.position, len(lab.journal.deeds), lab.cursor_line
    assert lab.question is not None
    truth = lab.question.truth
    assert truth is not None
    assert float(run_of(lab, truth).machine.grad(lab.known.nodes["w"])) == 2.0
    assert (lab.digest(), lab.position, len(lab.journal.deeds), lab.cursor_line) == before


def test_another_laboratory_that_has_done_the_same_has_the_same_bits() -> None:
    lab = build(TRAINED)
    lab.do("train 40\nset w = 2\nforward\nbackward loss with 3")
    lab.train(3)
    lab.do("step 2")
    other = lab.beside()
    assert other.digest() == lab.digest()
    other.do("set w = 7")
    assert len(lab.journal.deeds) == len(other.journal.deeds) - 1


# ---- what `gradlab check` says -------------------------------------------------------------------------------------------


def checked(path: Path, capsys: pytest.CaptureFixture[str], *script: str) -> tuple[int, str]:
    scripted(path, TWO_ENDS, *script)
    return main(["check", str(path)]), capsys.readouterr().out


def test_a_check_passes_where_every_question_is_reached(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = checked(written, capsys, "forward", "quiz grad(w)", "backward a", "quiz a", "set w = 1")
    assert code == 0
    assert "0 ok, 2 quizzes skipped" in out


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (("quiz grad(other)", "forward"), "grad(other) is pending at 0.f.3"),
        (("quiz a", "set w = 1", "forward"), "something is edited at 0.f.0, before a is final"),
    ],
)
def test_a_check_fails_where_a_question_is_never_reached(
    written: Path, capsys: pytest.CaptureFixture[str], script: tuple[str, ...], why: str
) -> None:
    code, out = checked(written, capsys, *script)
    assert code == 1
    assert f"its answer is never reached by the script: {why}" in out


def test_a_check_fails_where_answers_are_graded_with_another_number(
    written: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def another(lab: Lab, asked: LessonQuestion, *given: object) -> OpenQuestion:
        assert asked.expression is not None
        return OpenQuestion(
            asked, FirstTruth(lab, asked.expression), Truth(np.asarray(9.0), lab.position, (), lab.journal.origin), number=1
        )

    monkeypatch.setattr("gradlab.lab.teach.teaching.quiz.opened", another)
    code, out = checked(written, capsys, "forward", "quiz grad(w)", "backward a")
    assert code == 1
    assert "answers are graded with 9, the script reaches 2 at 0.b.1" in out


def test_a_script_asks_and_its_answer_stands_in_a_line_of_its_own(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = checked(written, capsys, "forward", "quiz a", "answer 6", "quiz b", "answer 6")
    assert code == 1
    assert "1 quiz right" in out
    assert "line 15  not 6: b = 0.997527\n" in out
    written.write_text(written.read_text().replace("quiz a\nanswer 6", "quiz a = 6"))
    assert main(["check", str(written)]) == 2
    error = capsys.readouterr().err
    assert "a script asks, and does not answer" in error
    assert "write `answer …`" in error


TWO_TURNS = """w = param(2.0)
v = param(3.0)
k = const(1.0)
f = (w * k) ** 2
g = (w * k) * v ** 2
minimize(f, sgd(lr=0.1), over="w")
minimize(g, sgd(lr=0.1), over="v")"""


@pytest.mark.parametrize("updates", [1, 2, 3, 4])
def test_what_is_passed_on_the_way_from_a_checkpoint_is_no_answer(written: Path, updates: int) -> None:
    lines = ("freeze v", f"train {updates}", "forward", "set k = 5", "forward", "quiz grad(v) of g", "backward g")
    lab = scripted(written, TWO_TURNS, *lines)
    assert lab.question is not None and lab.question.truth is not None
    graded = lab.question.truth
    lab.skip_question()
    lab.next_line()
    assert (graded.position, float(graded.value)) == (lab.position, float(lab.grad("v")))
