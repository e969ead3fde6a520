"""Names of nodes and positions in a text lead to what they name, and nothing else does."""

from __future__ import annotations

from gradlab.draw.ink import Goal, goals_of
from gradlab.draw.names import NodeNames, element_at
from tests.lab.models import XOR, plain

LAB = plain(XOR)
NAMES = NodeNames(LAB.nodes)
W, LOSS = LAB.graph.aliases["hidden.W"], LAB.graph.aliases["loss"]


def led(text: str) -> list[tuple[str, Goal]]:
    """Return the stretches of a text that lead somewhere, with where."""
    found = goals_of(tuple(NAMES.runs(text, "")))
    return [(text[start : start + width], goal) for start, width, goal in found]


def test_a_text_is_kept_letter_by_letter() -> None:
    for text in ("set hidden.W[0, 1] = 2 at 0.b.3, loss.", "", "no name here", "grad(hidden.W)[1]"):
        assert "".join(part for part, _ in NAMES.runs(text, "dim")) == text


def test_a_name_leads_to_its_node_and_with_a_place_to_its_element() -> None:
    assert led("loss = 2") == [("loss", Goal(LOSS))]
    assert led("hidden.W[1, 0] is set") == [("hidden.W[1, 0]", Goal(W, 2))]


def test_a_place_that_the_node_has_not_is_left_out_of_the_link() -> None:
    assert led("hidden.W[2, 0]") == [("hidden.W", Goal(W))]
    assert led("hidden.W[1]") == [("hidden.W", Goal(W))]


def test_within_grad_it_is_the_gradient() -> None:
    assert led("grad(hidden.W[0, 1])") == [("hidden.W[0, 1]", Goal(W, 1, "delta"))]


def test_a_position_leads_there_and_what_only_looks_like_one_does_not() -> None:
    assert led("at 12.b.3, then") == [("12.b.3", Goal(line="goto 12.b.3"))]
    assert led("1.12.b.3") == []


def test_a_name_within_another_word_is_none() -> None:
    assert led("losses glossary hidden.W.x") == []


def test_an_element_has_one_flat_number() -> None:
    assert element_at((2, 3), "1, 2") == 5
    assert element_at((2, 3), "2, 0") is None
    assert element_at((2, 3), "1") is None
    assert element_at((), "") == 0
