from __future__ import annotations

from gradlab.tui.completion import candidates, common_start

ACTIONS = ("step", "back", "backward", "focus")
NAMES = ("h0.W", "h0.b", "h1.W", "loss")


def test_the_first_word_is_an_action() -> None:
    assert candidates("ba", ACTIONS, NAMES) == ["back", "backward"]
    assert candidates("", ACTIONS, NAMES) == sorted(ACTIONS)


def test_an_action_that_only_contains_the_word_is_offered_where_none_begins_with_it() -> None:
    assert candidates("init", ("reinit", "step"), NAMES) == ["reinit"]
    assert candidates("step", ("step", "misstep"), NAMES) == ["step"]


def test_other_words_are_names_also_within_an_expression() -> None:
    assert candidates("focus h0", ACTIONS, NAMES) == ["focus h0.W", "focus h0.b"]
    assert candidates("expect norm(grad(lo", ACTIONS, NAMES) == ["expect norm(grad(loss"]
    assert candidates("focus W", ACTIONS, NAMES) == ["focus h0.W", "focus h1.W"]
    assert candidates("focus ", ACTIONS, NAMES) == []


def test_what_all_share_is_found() -> None:
    assert common_start(["back", "backward"]) == "back"
    assert common_start(["a", "b"]) == ""
    assert common_start([]) == ""
