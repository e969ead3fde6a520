"""A backward of one's own: right ones pass the check, wrong ones are found and named."""

from __future__ import annotations

import numpy as np
import pytest

import gradlab
from gradlab.graph.gradcheck import Verdict

MODEL = """
x = input([[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]])
W = param([[0.2, -0.4], [0.5, 0.1], [-0.3, 0.8]])
a = x @ W
h = {custom}
loss = sum(square(h) + h)
minimize(loss, sgd(0.1))
"""


def checked(custom: str) -> dict[str, Verdict]:
    lab = gradlab.build(MODEL.format(custom=custom), backend="plain")
    lab.do("forward")
    lab.do("backward")
    return {verdict.name: verdict for verdict in lab.do("check").found}


@pytest.mark.parametrize("custom", ["custom(relu(a), relu(a))", "custom(tanh(a), a - (a - tanh(a)))", "custom(a, a + 0)"])
def test_a_right_backward_passes(custom: str) -> None:
    found = checked(custom)
    assert (found["W"].verdict, found["a"].verdict, found["h"].verdict) == ("ok", "ok", "ok")
    assert {v.verdict for v in found.values()} <= {"ok", "surrogate"}


@pytest.mark.parametrize(
    ("custom", "factor"),
    [
        ("custom(tanh(a), -tanh(a))", -1.0),
        ("custom(tanh(a), 2 * tanh(a))", 2.0),
        ("custom(tanh(a), tanh(2 * a) / 2)", None),
        ("custom(relu(a), a)", None),
        ("custom(tanh(a), stop_gradient(a) * tanh(a))", None),
    ],
)
def test_a_wrong_backward_is_found_and_named(custom: str, factor: float | None) -> None:
    found = checked(custom)
    assert (found["W"].verdict, found["a"].verdict) == ("wrong", "wrong")
    assert found["a"].culprit == "h (custom)"
    assert factor is None or found["a"].analytic == pytest.approx(factor * found["a"].numeric, rel=1e-6)


def test_the_value_is_that_of_the_first_and_the_gradient_that_of_the_second() -> None:
    lab = gradlab.build(MODEL.format(custom="custom(tanh(a), 3 * a)"), backend="plain")
    lab.do("forward")
    np.testing.assert_array_equal(lab.value("h"), np.tanh(lab.value("a")))
    lab.do("backward")
    np.testing.assert_allclose(lab.grad("a"), 3 * lab.grad("h"), rtol=1e-14)
    np.testing.assert_allclose(lab.grad("h"), 2 * lab.value("h") + 1, rtol=1e-14)


def test_a_straight_through_unit_written_with_stop_gradient_is_taken_for_what_it_says() -> None:
    found = checked("a + stop_gradient(step(a) - a)")
    assert {v.verdict for v in found.values()} <= {"ok", "surrogate"}


def test_an_op_that_is_wrong_itself_is_named_before_a_custom_one_behind_it() -> None:
    found = checked("custom(tanh(custom(a, 2 * a)), tanh(custom(a, 2 * a)))")
    assert found["a"].verdict == "wrong"
    assert "custom" in found["a"].culprit
