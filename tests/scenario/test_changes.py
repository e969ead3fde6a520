"""Changes to a model from outside: what they reach, and what they say when they reach nothing."""

from __future__ import annotations

import pytest

from gradlab.errors import ArgumentError, ScenarioError
from gradlab.scenario.changes import read_change
from gradlab.scenario.model import Scenario, build
from gradlab.scenario.overrides import Overrides

MODEL = """
width = 3
x = input([[1.0, 2.0]])
h = leaky_relu(dense(x, width), slope=0.5)
y = dense(h, 1, init=zeros)
minimize(sum(y), sgd(0.1))
"""


def changed(*texts: str, model: str = MODEL) -> Scenario:
    return build(model, Overrides(changes=tuple(map(read_change, texts))))


def number(scenario: Scenario, name: str) -> float:
    feed = scenario.model.graph.nodes[scenario.model.graph.aliases[name]].feed
    assert feed is not None
    return float(feed.value(0, 0).reshape(-1)[0])


def test_an_argument_that_was_written_is_replaced_and_one_that_was_not_is_given() -> None:
    scenario = changed("init=constant(7.0)")
    assert number(scenario, "h.W") == number(scenario, "y.W") == 7.0


def test_an_argument_by_place_is_replaced() -> None:
    assert number(changed("lr=0.25"), "sgd.lr") == 0.25
    assert changed("optimizer=adam(0.5)").model.graph.find("adam.lr") is not None


def test_a_variable_is_set_to_something_else() -> None:
    scenario = changed("width=5")
    assert scenario.model.graph.nodes[scenario.model.graph.aliases["h.W"]].shape == (2, 5)


def test_an_argument_of_an_op_is_replaced_where_it_was_written() -> None:
    (node,) = [n for n in changed("slope=0.125").model.graph.nodes if n.op.name == "leaky_relu"]
    assert node.attrs["slope"] == 0.125


def test_several_changes_are_made() -> None:
    scenario = changed("width=2", "lr=0.5")
    assert (number(scenario, "sgd.lr"), scenario.model.graph.nodes[scenario.model.graph.aliases["h.b"]].shape) == (0.5, (2,))


def test_a_change_that_reaches_nothing_says_what_there_is() -> None:
    with pytest.raises(ScenarioError) as error:
        changed("slop=0.1")
    said = "`slop=0.1` changes nothing: the model has no argument and no variable of that name; did you mean `slope`?"
    assert said in str(error.value)


@pytest.mark.parametrize("text", ["", "init", "=he", "init=", "a b=3", "init=he)", "init=(", "x=1; y=2", "3=4"])
def test_what_is_no_change_is_refused(text: str) -> None:
    with pytest.raises(ArgumentError):
        read_change(text)


@pytest.mark.parametrize("text", ["init=__import__('os')", "width=(lambda: 3)()", "width=[1].__class__", "init=open('x')"])
def test_a_change_is_data_as_the_model_is(text: str) -> None:
    with pytest.raises((ScenarioError, ArgumentError)):
        changed(text)


def test_an_error_in_a_change_has_the_place_that_it_went_to() -> None:
    with pytest.raises(ScenarioError) as error:
        changed("init=hee")
    assert "unknown name `hee`" in str(error.value)
    assert "<model>:4:" in str(error.value)


def test_the_text_of_the_scenario_stays_as_it_is() -> None:
    assert changed("width=5").document.source.text == build(MODEL).document.source.text
