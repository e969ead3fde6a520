"""What the lab says of gradients that are not those that one takes them for."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.errors import ActionError
from gradlab.graph.judging import RoundingNoise, estimate, judge
from gradlab.scenario.model import draft_text
from gradlab.session import Lab

TWO = """
w = param([1.0, 2.0])
f = sum(square(w))
loss = sum(w) * 3
minimize(loss, sgd(lr=0.1))
"""
CANCELS = """
z = param([0.0, 0.0, 0.0, 0.0])
b = param(0.5)
c = input([100000.0, 3.1, -70000.7, 12345.678])
s = z + b
loss = sum((s - mean(s)) * c)
"""
LAYERS = """
x = input([[1.0, -2.0, 3.0], [0.5, 0.25, -0.125]])
with layer("a.h1"):
    u = tanh(dense(x, 4, init=normal(0.5)))
with layer("b.h1"):
    v = tanh(dense(u, 2, init=uniform(-1, 1)))
loss = mean(square(v - 1.0))
minimize(loss, sgd(lr=0.1))
"""


def lab_of(model: str) -> Lab:
    return Lab(draft_text(f"```python model\n{model}```").finish(), "plain")


def said(lab: Lab, *lines: str) -> str:
    """Return what is said to the last of some lines."""
    outcomes = [lab.do(line) for line in lines]
    return "\n".join(line.text for line in outcomes[-1].lines)


@pytest.mark.parametrize("line", ["train 1", "train 3", "update"])
def test_an_update_that_takes_the_gradients_of_another_node_says_so(line: str) -> None:
    lab = lab_of(TWO)
    assert "update 0 took the gradients of f, not of loss" in said(lab, "forward", "backward f", line)


def test_of_usual_updates_nothing_is_said() -> None:
    assert "took the gradients" not in said(lab_of(TWO), "forward", "backward f", "backward loss", "train 2")
    assert "took the gradients" not in said(lab_of(TWO), "forward", "backward f", "train 1", "train 2")


def test_the_end_of_a_training_says_it_in_its_row_too() -> None:
    lab = lab_of(TWO)
    for line in ("forward", "backward f"):
        lab.do(line)
    event = lab.do("train 2").event
    assert event is not None and event.left == "update 0 took the gradients of f, not of loss"


def test_what_rounding_leaves_of_a_gradient_that_is_zero_is_not_wrong() -> None:
    lab = lab_of(CANCELS)
    text = said(lab, "forward", "backward", "check")
    assert 0 < abs(float(lab.grad("b"))) < 1e-9
    assert "wrong" not in text and "1 rounding" in text


@pytest.mark.parametrize(("rounding", "verdict"), [(0.0, "wrong"), (1e-13, "wrong"), (2e-11, "rounding")])
def test_a_small_gradient_is_wrong_where_rounding_does_not_explain_it(rounding: float, verdict: str) -> None:
    slopes = [estimate(3e-11, step, 2e-11 * step, 0.0) for step in (1e-5, 1e-4, 1e-3)]
    assert judge(3e-11, slopes, RoundingNoise(0.0, rounding), lambda by: False) == verdict


@pytest.mark.parametrize("time", ["0.5 s", "0.25", "2 s", "1e-3 seconds"])
def test_a_check_may_take_a_part_of_a_second(time: str) -> None:
    assert "ok" in said(lab_of(TWO), f"check for {time}")


@pytest.mark.parametrize("time", ["0 s", "-1 s", "nan", "inf s", "two s", "1 hour", ""])
def test_a_time_that_is_none_is_refused(time: str) -> None:
    with pytest.raises(ActionError, match=r"second|out of range"):
        said(lab_of(TWO), f"check for {time}")


def test_each_goes_through_layers_where_no_node_matches() -> None:
    lab = lab_of(LAYERS)
    text = said(lab, "forward", "backward", 'expect each("*.h1", delta(it)) ~= 0 tol 9')
    deltas = [said(lab, f"expect delta({name}) ~= 0 tol 9").partition("got ")[2] for name in ("a.h1", "b.h1")]
    assert text.endswith(f"got [{deltas[0]}, {deltas[1]}]")
    with pytest.raises(ActionError, match="matches no node and no layer"):
        lab.do('expect each("*.h7", delta(it)) ~= 0 tol 9')


def test_reinit_without_a_rule_draws_each_by_its_own() -> None:
    lab = lab_of(LAYERS)
    first = {name: lab.value(name).copy() for name in ("a.h1.W", "b.h1.W")}
    assert "by their own rules" in said(lab, "train 3", "reinit all")
    for name, value in first.items():
        np.testing.assert_array_equal(lab.value(name), value)
    said(lab, "seed 5", "reinit b.h1")
    assert np.abs(lab.value("b.h1.W")).max() <= 1 and not np.array_equal(lab.value("b.h1.W"), first["b.h1.W"])


def test_reinit_without_a_rule_refuses_what_was_never_drawn() -> None:
    for line in ("reinit w", "reinit all"):
        with pytest.raises(ActionError, match="say how, for instance `reinit"):
            lab_of(TWO).do(line)
