"""A question may be asked before its number is there: it is graded by what the run will give."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gradlab.errors import ActionError
from gradlab.lab.hidden import HiddenError, is_unseen
from gradlab.lab.teach.quiz import veil_of
from gradlab.session import Lab, build

LINE = """
x = input([1.0, 5.0, 1.0, 2.0])
W = param([2.0, -1.0, 4.0, 8.0])
error = sum(W * x) - 10
E = error**2 / 2
minimize(E, sgd(lr=0.01))
"""
PRODUCT = """
x, y = param(4.0), param(-3.0)
f = x * y
"""


def secrets(lab: Lab) -> tuple[float, ...]:
    """Return the numbers that no text may tell."""
    assert lab.question is not None
    return veil_of(lab, lab.question).secrets


def graded(text: str, question: str, *before: str) -> str:
    """Return what is said to an answer after some lines, with one try."""
    lab = build(text)
    lab.tries = 1
    for line in before:
        lab.do(line)
    return lab.do(question).lines[-1].text


@pytest.mark.parametrize("before", [(), ("forward",)])
def test_a_gradient_is_graded_before_the_backward_pass(before: tuple[str, ...]) -> None:
    assert graded(PRODUCT, "quiz grad(x) = -3", *before) == "right: grad(x) = -3"
    assert graded(PRODUCT, "quiz grad(x) = 4", *before) == "not 4: grad(x) = -3; that is what y receives: f swaps its inputs"


def test_a_next_weight_is_graded_before_the_update() -> None:
    assert graded(LINE, "quiz W.next[1] = -1.35", "forward", "backward") == "right: W.next[1] = -1.35"


def test_asking_moves_nothing() -> None:
    lab = build(LINE)
    lab.do("forward")
    before = lab.digest(), lab.position
    lab.do("quiz W.next[1] = -1.35")
    assert (lab.digest(), lab.position) == before


def test_what_an_edit_made_stale_cannot_be_graded_yet() -> None:
    said = graded(PRODUCT, "quiz grad(x) = 4", "forward", "backward f", "set y = 4")
    assert said == "this cannot be graded yet: grad(x) is stale at 0.b.1"


def test_while_a_question_is_open_the_snapshot_says_what_it_hides() -> None:
    lab = build(LINE)
    lab.do("quiz grad(W[1])")
    found = lab.snapshot()
    assert found.question == "grad(W[1])"
    place, *made = found.hidden
    assert lab.graph.nodes[place.node].name == "W"
    assert {lab.graph.nodes[one.node].op.role for one in made} <= {"gradient", "arithmetic"}
    assert found.hides(place.node, "grad", 1)
    assert not found.hides(place.node, "grad", 0)
    assert not found.hides(place.node, "value", 1)
    lab.do("quiz E")
    assert lab.snapshot().hides(lab.known.nodes["E"], "value")
    lab.do("quiz E = 24.5")
    assert lab.snapshot().hidden == ()
    assert lab.snapshot().question == ""


def test_a_fresh_run_with_the_same_seed_hides_the_number_that_is_asked_for() -> None:
    lab = build(LINE)
    lab.do("backward\nquiz grad(W[1])")
    assert str(lab.do("watch 2 * seeds(0..0, grad(W[1]))")).endswith(" = ?")
    with pytest.raises(HiddenError, match=r"with seed 0: the open question asks for grad\(W\[1\]\)"):
        lab.do("expect 2 * seeds(0..0, grad(W[1])) == 70")
    assert str(lab.do("watch 2 * seeds(1..1, grad(W[1]))")).endswith(" = 70")


FLOWERS = """
X, t = dataset("iris", split="train")
W = param(shape=(4, 3), init=normal(1.0))
loss = cross_entropy(X @ W, t)
minimize(loss, sgd(lr=0.1))
"""


@pytest.mark.parametrize("asked", ["loss", "W[2, 1]"])
def test_the_training_data_and_what_a_model_carries_to_other_data_hide_the_number_that_is_asked_for(asked: str) -> None:
    lab = build(FLOWERS)
    lab.do(f"forward\nquiz {asked}")
    with pytest.raises(HiddenError):
        lab.do(f'expect 2 * on("train", {asked}) > 0')
    if asked == "loss":
        assert lab.do('expect on("test", loss) > 0').ok
    else:
        with pytest.raises(HiddenError):
            lab.do('expect on("test", W[2, 1]) > 0')


def test_a_nudge_of_a_number_predicts_nothing_while_its_gradient_is_asked_for() -> None:
    lab = build(LINE)
    lab.do("backward\nquiz grad(W[1])")
    told = lab.do("nudge W[1] by 0.001")
    assert "predicted ?   actual +0.035012   apart by ?" in str(told)
    assert is_unseen(told.found.predicted)
    assert not is_unseen(lab.nudge("W", 0, 0.001).predicted)


def test_a_gradient_that_is_passed_on_hides_the_number_that_is_asked_for_in_python_too() -> None:
    lab = build("a = param([0.5, 0.7])\nb = a - 0.25\nc = sum(b * b * b)\n")
    lab.do("backward\nquiz grad(a[1])")
    assert np.isnan(lab.grad("b")).tolist() == [False, True]
    assert not np.isnan(lab.value("b")).any()


def test_a_search_tells_no_number_of_a_condition_on_what_is_asked_for() -> None:
    lab = build(LINE)
    lab.do("forward\nquiz E")
    assert lab.do("run until 10 * E < 200 for 9 updates").lines[0].text.endswith("`10 * E < 200` holds: ?")
    assert "away" not in str(lab.do("run until 10 * E < -1 for 3 updates"))


def test_a_question_about_many_nodes_is_graded() -> None:
    assert graded(LINE, 'quiz each("*W", rms(grad(it)))[0] = 19.487175', "forward").startswith("right: ")


def test_a_question_about_runs_with_other_seeds_is_refused() -> None:
    with pytest.raises(ActionError, match=r"a question cannot ask for `seeds\(…\)`: it is about this run"):
        build(LINE).do("quiz 2 * seeds(0..1, E)")


def test_an_answer_may_not_say_the_question_again() -> None:
    lab = build(LINE)
    lab.do("backward\nquiz sum(grad(W)) + 1")
    with pytest.raises(HiddenError, match="asks for sum"):
        lab.do("answer 1 * (sum(grad(W)) + 1)")
    assert str(lab.do("answer sum(grad(W)) + 2")).startswith(("not", "right"))


def test_an_open_question_is_shown_without_its_answer() -> None:
    lab = build(LINE)
    lab.do("backward\nquiz grad(W[1])")
    assert "35" not in re.sub(r" at 0x[0-9a-f]+", "", repr(lab.question))


def test_a_question_about_no_single_node_hides_nothing_and_stays_open() -> None:
    lab = build(LINE)
    lab.do("quiz sum(W) * 2")
    assert lab.snapshot().hidden == ()
    assert lab.snapshot().question == "sum(W) * 2"


def test_reveal_shows_the_answer_once_and_closes_the_question() -> None:
    lab = build(LINE)
    lab.do("quiz grad(W)[1]")
    assert lab.do("reveal").lines[-1].text == "grad(W)[1] = 35"
    assert lab.snapshot().question == ""
    with pytest.raises(ActionError, match="no question is open"):
        lab.do("reveal")


def test_the_secrets_of_a_question_are_there_before_the_number_is_unless_it_is_whole() -> None:
    lab = build(LINE)
    lab.do("quiz grad(W[1])")
    assert secrets(lab) == ()
    lab.do("forward")
    lab.do("backward")
    assert secrets(lab) == (35.0,)
    lab.do("quiz W")
    assert secrets(lab)[:4] == (2.0, -1.0, 4.0, 8.0)
    lab = build(LINE)
    lab.do("quiz W.next[1]")
    assert secrets(lab) == (-1.35,)


def test_an_answer_that_is_nothing_but_a_number_is_said_once() -> None:
    assert graded(PRODUCT, "quiz 1 = 1") == "right: 1"
    assert graded(PRODUCT, 'quiz "How many?" 1 = 1') == "right: 1"
    assert graded(PRODUCT, "quiz -2.50 = -2.5") == "right: -2.5"
    assert graded(PRODUCT, "quiz 2 * 3 = 6") == "right: 2 * 3 = 6"
    assert graded(PRODUCT, "quiz -x = 2") == "not 2: -x = -4"
