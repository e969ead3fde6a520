"""Functions of expressions that ask the run: one file each, found in every room."""

from __future__ import annotations

import pytest

import gradlab
from gradlab.errors import ActionError
from gradlab.scenario.expressions import Known, read_expression
from gradlab.scenario.queries import QUERIES, find_query
from gradlab.source import Source

MODEL = """
x = const([[1.0, -2.0]])
with layer("h"):
    W = param([[1.0], [2.0]])
    y = tanh(x @ W)
loss = sum(y ** 2)
"""


def complaint(text: str, known: Known) -> str:
    source = Source("<action>", text)
    return "; ".join(str(p.message) for p in read_expression(source.span(0, len(text))).check(known))


def test_the_gradient_of_a_part_of_a_layer_is_that_of_its_node() -> None:
    lab = gradlab.build(MODEL)
    lab.do("forward\nbackward")
    assert lab.do("expect grad(z(h)) ~= grad(h._matmul.0)").ok
    assert lab.do("expect grad(z(h))[0, 0] ~= grad(z(h)[0, 0])").ok
    assert lab.do("expect grad(out(h)) ~= grad(h.y)").ok


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("grad(z(x + 1))", "`z` takes the name of a layer or a node"),
        ("grad(z(g))", "unknown name `g`"),
        ("grad(delta(h))", "`grad` takes the name of a node"),
        ("update(z(h))", "`update` takes the name of a node"),
        ("z(z(h))", "`z` takes the name of a layer or a node"),
    ],
)
def test_a_part_of_a_layer_stands_only_where_a_node_can(text: str, message: str) -> None:
    assert complaint(text, gradlab.build(MODEL).known) == message


def test_a_question_for_the_gradient_of_a_part_hides_that_of_the_node() -> None:
    lab = gradlab.build(MODEL)
    lab.do("forward\nbackward")
    lab.do("quiz grad(z(h))")
    with pytest.raises(ActionError, match="the open question asks for"):
        lab.grad("h._matmul.0")


def test_a_search_looks_where_the_gradient_of_a_part_is_final() -> None:
    lab = gradlab.build(MODEL + "minimize(loss, sgd(0.1))")
    assert lab.do("run until abs(grad(z(h))[0, 0]) < 0.1 for 100 updates").ok
    assert lab.position.phase == "b"


def test_every_query_has_a_page_and_says_how_it_is_written() -> None:
    for name, query in QUERIES.items():
        assert query.usage.startswith(name)
        assert query.doc, name
        assert find_query(name) is query


def test_words_that_are_no_queries_are_none() -> None:
    assert find_query("mean") is None
    assert find_query("nothing_of_that_name") is None
    dead = find_query("dead")
    assert dead is not None
    assert dead.usage == "dead(name)"


def test_what_is_unknown_is_told_with_the_nearest_of_all_functions() -> None:
    with pytest.raises(ActionError, match="did you mean `seeds`"):
        gradlab.build(MODEL).do("expect seed(0, 1, loss) > 0")
