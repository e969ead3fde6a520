"""Finding names by some of their letters."""

from __future__ import annotations

import random

import pytest

from gradlab.tui.fuzzy import SCORED, Haystack

NAMES = ["block0.W_q", "block1.W_q", "block1.W_k", "loss", "Largest b1", "b1wq", "a.b-c^d]e"]


def has_letters(text: str, letters: str) -> bool:
    rest = iter(text.lower())
    return all(letter in rest for letter in letters.lower().replace(" ", ""))


@pytest.mark.parametrize("query", ["b1wq", "B1 W", "loss", "s", "xq", "-", "^", "]", ".", "b-c", "\\", "1.W"])
def test_names_with_the_letters_in_their_order_are_found_and_no_others(query: str) -> None:
    found = Haystack(NAMES).fitting(query)
    assert sorted(found) == [place for place, name in enumerate(NAMES) if has_letters(name, query)]


def test_random_names_are_found_as_if_each_was_looked_through() -> None:
    rng = random.Random(1)
    names = ["".join(rng.choices("ab.1\n", k=rng.randint(0, 8))) for _ in range(150)]
    for _ in range(200):
        query = "".join(rng.choices("ab.1", k=rng.randint(1, 4)))
        assert sorted(Haystack(names).fitting(query)) == [k for k, name in enumerate(names) if has_letters(name, query)], query


def test_the_name_itself_comes_first_then_what_begins_so_then_what_holds_it() -> None:
    names = ["my loss", "lossy", "l-o-s-s", "loss"]
    assert [names[place] for place in Haystack(names).fitting("loss")] == ["loss", "lossy", "my loss", "l-o-s-s"]


def test_words_are_looked_through_beside_the_names() -> None:
    assert Haystack(["w", "x"], ["w node", "x layer"]).fitting("layer") == [1]


def test_of_very_many_the_shortest_with_the_letters_together_are_taken() -> None:
    names = [f"b{k}.tanh" for k in range(SCORED + 50)] + ["tanh"]
    found = Haystack(names).fitting("tanh")
    assert len(found) == SCORED
    assert found[0] == SCORED + 50


def test_without_a_query_the_first_ones_are_offered_as_they_are() -> None:
    assert Haystack(NAMES).fitting("  ", most=3) == [0, 1, 2]


def test_the_name_of_an_op_is_found_before_a_text_that_begins_with_it() -> None:
    names = ["softmax_1 = softmax(where_1)", "gpt.blocks.0.attn.softmax_1", "gpt.blocks.0.attn.softmax_12"]
    assert [names[place] for place in Haystack(names).fitting("softmax_1")] == [names[1], names[0], names[2]]
