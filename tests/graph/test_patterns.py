"""Patterns for the names of nodes."""

from __future__ import annotations

import pytest

from gradlab.graph.patterns import is_pattern, matching
from gradlab.scenario.model import build

MODEL = """
x = input(shape=(2, 3))
with layer("net"):
    h1 = tanh(dense(x, 4))
    h2 = tanh(dense(h1, 4, bias=False))
out = dense(h2, 2)
"""


def names_of(pattern: str) -> list[str]:
    graph = build(MODEL).model.graph
    return [graph.nodes[index].name for index in matching(graph, pattern)]


def test_a_star_crosses_dots() -> None:
    assert names_of("*.b") == ["net.h1.b", "out.b"]


def test_a_question_mark_is_one_character() -> None:
    assert names_of("net.h?") == ["net.h1", "net.h2"]
    assert names_of("net.h??") == []


def test_a_bracket_is_one_of_several_characters() -> None:
    assert names_of("net.h[2-9]") == ["net.h2"]


def test_every_name_of_a_node_is_tried_and_each_node_is_given_once_in_graph_order() -> None:
    assert names_of("net.h?") == ["net.h1", "net.h2"]
    assert names_of("net.dense.0.?") == names_of("net.h1.[Wb]") == ["net.h1.W", "net.h1.b"]
    assert names_of("net.h1.[0-9]") == ["net.h1"]


def test_a_name_without_wild_characters_matches_itself_alone() -> None:
    assert names_of("out") == ["out"]
    assert not is_pattern("out.W")
    assert is_pattern("out.[Wb]")


@pytest.mark.parametrize("pattern", ["[", "h[", "*[!", ""])
def test_an_unfinished_bracket_stands_for_itself(pattern: str) -> None:
    assert names_of(pattern) == []
