"""Layers within layers: rows, steps and names at every depth."""

from __future__ import annotations

import numpy as np
import pytest

import gradlab
from gradlab.errors import ActionError
from gradlab.session import Lab
from gradlab.train.measure import root_mean_square

MODEL = """
x, t = randn(8, 3), randn(8, 2)
with layer("net.0"):
    h = tanh(dense(x, 4))
    h = tanh(dense(h, 4))
with layer("net.sigmoid"):
    y = dense(h, 2)
def head(x):
    z = dense(x, 2)
    return tanh(z)
f = shared(head)
loss = mse(f(f(y)), t)
minimize(loss, sgd(0.1))
"""


@pytest.fixture
def lab() -> Lab:
    """Return a laboratory behind the backward pass."""
    made = gradlab.build(MODEL)
    made.do("forward")
    made.do("backward")
    return made


def rows(lab: Lab) -> list[str]:
    """Return the names of the rows of `stats`."""
    return [row.name for row in lab.stats()]


def test_rows_are_the_layers_of_the_depth_that_was_chosen(lab: Lab) -> None:
    assert rows(lab) == ["net", "f.0", "f.1", "f"]
    assert [line.text for line in lab.do("layers 2").lines] == ["layers 2: net.0, net.sigmoid, f.0, f.1, f"]
    assert rows(lab) == ["net.0", "net.sigmoid", "f.0", "f.1", "f"]
    lab.do("layers 3")
    assert rows(lab) == ["net.0.h.0", "net.0.h.1", "net.sigmoid", "f.0", "f.1", "f"]


def test_a_row_of_a_deep_layer_has_its_own_parameters(lab: Lab) -> None:
    lab.do("layers 2")
    weights = lab.stats()[0].weights
    assert weights is not None
    assert weights.count == 3 * 4 + 4 * 4
    assert lab.stats()[-1].weights is not None


def test_a_step_of_a_layer_is_one_of_that_depth(lab: Lab) -> None:
    ends: dict[int, list[str]] = {}
    for depth in (1, 2, 3):
        lab.do(f"layers {depth}")
        lab.do("goto 0.f.0")
        ends[depth] = []
        while lab.position.op < lab.run.timeline.count(0, "f"):
            lab.do("step layer")
            ends[depth].append(lab.graph.layer_at(lab.graph.nodes[lab.run.timeline.executed(lab.position)], depth))
    assert ends[1] == ["net", "f.0", "f.1", ""]
    assert ends[2] == ["net.0", "net.sigmoid", "f.0", "f.1", ""]
    assert ends[3] == ["net.0.h.0", "net.0.h.1", "net.sigmoid", "f.0", "f.1", ""]


def test_the_update_has_the_layers_of_its_parameters(lab: Lab) -> None:
    lab.do("layers 3")
    lab.do("goto 0.u.0")
    lab.do("step layer")
    assert lab.graph.nodes[lab.run.timeline.executed(lab.position)].name == "net.0.h.0.b.next"


@pytest.mark.parametrize("depth", [1, 2])
def test_layers_of_every_depth_have_numbers_whatever_is_chosen(lab: Lab, depth: int) -> None:
    lab.do(f"layers {depth}")
    environment = lab.environment()
    for name, out in {"net": "y", "net.0": "h", "net.0.h.1": "h", "net.sigmoid": "y", "net.sigmoid.y": "y"}.items():
        np.testing.assert_array_equal(environment.value(name, "out"), lab.value(out), err_msg=name)
    np.testing.assert_array_equal(environment.value("net.0.h.0", "z"), lab.value("net.0.h.0._affine.0"))
    delta = np.sqrt(np.mean(lab.grad("net.0.h.1._affine.0") ** 2))
    assert root_mean_square(environment.grad("net.0", "z")) == pytest.approx(delta, rel=1e-12)


def test_a_condition_can_ask_a_deep_layer(lab: Lab) -> None:
    outcome = lab.do("run until delta(net.0.h.0) < 10 for 3")
    assert outcome.ok


def test_reinit_takes_a_layer_of_any_depth_or_what_is_shared(lab: Lab) -> None:
    before = {node.name: lab.value(node.name) for node in lab.graph.params}
    for name, drawn in {"net.0": {"net.0.h.0.W", "net.0.h.1.W"}, "net.0.h.1": {"net.0.h.1.W"}, "f": {"f.W"}}.items():
        lab.do(f"reinit {name} zeros")
        assert {n for n in before if not np.array_equal(before[n], lab.value(n))} == drawn
        lab.do("undo")


def test_what_is_parameters_alone_has_no_output(lab: Lab) -> None:
    with pytest.raises(ActionError, match="`f` is parameters alone: nothing leaves it"):
        lab.environment().value("f", "out")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("layers", "how deep? `layers 1` are the outermost ones"),
        ("layers 0", "`0` is out of range"),
        ("layers two", "`two` is not a whole number"),
        ("layers 101", "`101` is out of range"),
    ],
)
def test_a_depth_that_is_none_is_refused(lab: Lab, line: str, message: str) -> None:
    with pytest.raises(ActionError) as caught:
        lab.do(line)
    assert message in str(caught.value)


def test_a_fresh_run_looks_as_deep(lab: Lab) -> None:
    lab.do("layers 2")
    lab.do("goto 0.f.0")
    lab.do("step layer")
    assert [done.text for done in lab.done[-3:]] == ["layers 2", "goto 0.f.0", "step layer"]


def test_the_path_of_a_layer_goes_before_the_number_of_a_variable() -> None:
    made = gradlab.build('x = input([1.0])\nh = tanh(x)\nh = exp(h)\nwith layer("h.1"):\n    y = 3 * x\ns = sum(y)')
    made.do("forward")
    made.do("backward")
    environment = made.environment()
    assert environment.value("h.1", "out") == environment.value("y") == 3
    assert environment.value("h.1") == np.exp(np.tanh(1.0))


def test_ways_through_two_calls_are_told_apart() -> None:
    made = gradlab.build("x = randn(2, 3)\nf = shared(dense, units=3)\ns = sum(f(x)) + sum(f(2 * x))")
    made.do("forward")
    made.do("backward")
    assert {way.label for way in made.paths(made.graph.aliases["f.W"]).ways} == {"f.1", "f.0"}


def test_strips_follow_the_depth_until_an_update_was_measured() -> None:
    made = gradlab.build(MODEL)
    made.do("layers 2")
    made.do("train 3")
    assert made.run.strips is not None
    assert [part.name for part in made.run.strips.parts] == ["net.0", "net.sigmoid", "f.0", "f.1", "f"]
    made.do("layers 1")
    assert made.run.strips.parts[0].name == "net.0"
