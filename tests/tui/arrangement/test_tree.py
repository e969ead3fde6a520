"""A layout that is written, read and changed."""

from __future__ import annotations

import re

import pytest

from gradlab.tui.arrangement.tree import (
    Pane,
    Split,
    SplitPart,
    divided,
    even,
    panels_of,
    read_layout,
    replaced,
    text_of,
    with_sizes,
    without,
)
from tests.tui.arrangement.trees import small_trees

TEACH = "graph 58 | (lesson 55 / node 25 / why 20)"


def test_a_text_is_a_tree_of_splits() -> None:
    below = Split("/", (SplitPart(Pane("lesson"), 55), SplitPart(Pane("node"), 25), SplitPart(Pane("why"), 20)))
    assert read_layout(TEACH) == Split("|", (SplitPart(Pane("graph"), 58), SplitPart(below)))
    assert read_layout("graph / caption =7") == Split("/", (SplitPart(Pane("graph")), SplitPart(Pane("caption"), cells=7)))
    assert read_layout("(graph)") == Pane("graph")


@pytest.mark.parametrize("text", [TEACH, "graph", "a / b =7", "a | (b / (c 12.5 | d)) | e", "(a / b) 40 | c"])
def test_the_text_of_a_tree_is_that_from_which_it_was_read(text: str) -> None:
    assert text_of(read_layout(text)) == text
    assert text_of(read_layout(text.replace(" ", "  "))) == text


def test_every_small_tree_is_read_from_its_text() -> None:
    trees = small_trees(5)
    assert len(trees) == 1 + 2 + 6 + 22 + 90
    assert all(read_layout(text_of(tree)) == tree for tree in trees)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the layout ends where the name of a panel is to stand"),
        ("graph |", "the layout ends where the name of a panel is to stand"),
        ("a | b / c", "`|` and `/` stand beside each other: parentheses say which comes first, `a | (b / c)`"),
        ("(a | b", "the layout ends where `)` is to stand"),
        ("a b", "`b` stands where `|` or `/` is to stand"),
        ("a ; b", "`;` stands where `|` or `/` is to stand"),
        ("a | a", "the panel `a` stands in the layout twice"),
        ("a 120 | b", "`120` is no share: 1 to 99"),
        ("a / b =1", "`=1` is no size: =3 to =99"),
        ("a 50", "a layout of one part has no size of its own"),
        ("(" * 12 + "a" + ")" * 12, "a layout has at most 8 parentheses in each other"),
        (" | ".join(f"p{n}" for n in range(17)), "a layout has at most 16 panels"),
        ("a" * 401, "a layout has at most 400 characters"),
    ],
)
def test_a_text_that_is_no_layout_is_told_why(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}$"):
        read_layout(text)


def test_a_panel_is_taken_out_and_its_neighbour_has_the_room() -> None:
    tree = read_layout(TEACH)
    assert text_of(without(tree, "node") or tree) == "graph 58 | (lesson 55 / why 20)"
    assert text_of(without(tree, "graph") or tree) == "lesson 55 / node 25 / why 20"
    assert text_of(without(tree, "lesson", "why") or tree) == "graph 58 | node"
    assert without(tree, *panels_of(tree)) is None


def test_a_slot_is_split_in_halves_beside_or_below() -> None:
    tree = read_layout(TEACH)
    assert text_of(divided(tree, "graph", "|", "health")) == "graph 29 | health 29 | (lesson 55 / node 25 / why 20)"
    assert text_of(divided(tree, "graph", "/", "health")) == "(graph / health) 58 | (lesson 55 / node 25 / why 20)"
    assert text_of(divided(read_layout("graph / caption =7"), "caption", "/", "why")) == "graph / (caption / why) =7"


def test_a_panel_takes_the_slot_of_another_and_parts_become_even() -> None:
    tree = read_layout(TEACH)
    assert text_of(replaced(tree, "why", "health")) == "graph 58 | (lesson 55 / node 25 / health 20)"
    assert text_of(even(tree)) == "graph | (lesson / node / why)"


def test_sizes_become_shares_and_exact_ones_stay_exact() -> None:
    tree = read_layout(TEACH)
    assert text_of(with_sizes(tree, (), {0: 40, 1: 79})) == "graph 33.61 | (lesson 55 / node 25 / why 20) 66.39"
    assert text_of(with_sizes(tree, (1,), {0: 10, 2: 10})) == "graph 58 | (lesson 50 / node 25 / why 50)"
    assert text_of(with_sizes(read_layout("graph / caption =7"), (), {0: 11, 1: 9})) == "graph 55 / caption =9"
