"""A formula with numbers in it is true: what was set, or made from other numbers, is not said to be what the inputs give."""

from __future__ import annotations

import pytest

from gradlab.session import Lab, build

MODEL = "x = param(2.0)\ny = param(-1.0)\na = x*y\nb = tanh(a)\ns = stack([a, b])\nminimize(b, sgd(lr=0.5))"


@pytest.fixture
def lab() -> Lab:
    made = build(MODEL)
    made.do("forward")
    return made


def line(lab: Lab, name: str, element: int = 0) -> str:
    return lab.formula(lab.known.nodes[name], element)[1]


def test_a_value_that_the_op_gave_is_the_end_of_its_formula(lab: Lab) -> None:
    assert line(lab, "a") == "a = 2 · (-1) = -2.000000"


def test_a_value_that_was_set_says_so_and_what_the_op_gives(lab: Lab) -> None:
    lab.do("set a = 7")
    assert line(lab, "a") == "a set to 7 (2 · (-1) = -2)"
    lab.do("set s[1] = 3")
    assert line(lab, "s", 0) == "s[0] = -2.000000"
    assert line(lab, "s", 1) == "s[1] set to 3"


def test_a_value_that_is_stale_is_no_result_of_the_numbers_beside_it(lab: Lab) -> None:
    lab.do("set a = 7")
    assert line(lab, "b") == "b = -0.964028  (stale; now tanh(7) = 0.999998)"
    lab.do("forward")
    assert line(lab, "b") == "b = tanh(7) = +0.999998"


def test_a_value_of_the_last_update_is_no_result_of_the_new_weights(lab: Lab) -> None:
    lab.do("update")
    assert line(lab, "a") == "a = -2.000000  (of update 0, from other numbers)"
    assert line(lab, "b") == "b = tanh(-2) = -0.964028"


def test_a_question_hides_a_value_that_was_set(lab: Lab) -> None:
    lab.do("set a = 7")
    lab.do("quiz a")
    assert line(lab, "a") == "a set to ? (2 · (-1) = -2)"
