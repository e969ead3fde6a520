from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from gradlab.draw.ink import (
    Goal,
    Linked,
    clip,
    dump,
    fit,
    goals_of,
    link,
    merge,
    row,
    safe,
    spread,
    text_of,
    width_of,
    wrap,
)

PLANTED = "\x1b]52;c;aGk=\x07\x9b31m\u202eevil[@click=app.bell]x[/]"


def test_what_a_terminal_would_obey_is_replaced_and_markup_stays_text() -> None:
    shown = safe(PLANTED)
    assert not set(shown) & {"\x1b", "\x07", "\x9b", "\u202e"}
    assert shown.endswith("evil[@click=app.bell]x[/]")


@given(st.text(max_size=30), st.integers(1, 20))
def test_a_fitted_text_has_its_width(text: str, width: int) -> None:
    assert cell_len(fit(safe(text), width)) == width


@given(
    st.lists(
        st.text(st.characters(min_codepoint=32, max_codepoint=0x4FFF, categories=["L", "N", "Zs"]), max_size=12), max_size=5
    )
)
def test_wrapped_rows_fit_and_lose_no_letter(texts: list[str]) -> None:
    line = row(*((text, "dim") for text in texts))
    rows = wrap(line, 12)
    assert all(width_of(part) <= 12 for part in rows)
    assert "".join(text_of(part) for part in rows).replace(" ", "") == "".join(texts).replace(" ", "")


def test_words_stay_whole_and_later_rows_are_indented() -> None:
    assert dump(wrap(row("the gradient is pending now"), 16, 2)) == "the gradient is\n  pending now"


def test_a_word_of_several_roles_stays_whole() -> None:
    line = row("the way to ", ("dot", "code"), ". A weight ", ("w", "emphasis"), "₁, too")
    assert wrap(line, 14) == [
        (("the way to", ""),), (("dot", "code"), (". A weight", "")), (("w", "emphasis"), ("₁, too", "")),
    ]  # fmt: skip
    assert (
        dump(wrap(row("so it is ", ("saturated", "link"), ".", " ", "Here", " ", "too"), 16))
        == "so it is\nsaturated. Here\ntoo"
    )


def test_what_is_on_the_right_is_never_cut() -> None:
    line = spread(row("a very long title of a scenario"), row("0.b.3"), 20)
    assert text_of(line).endswith("0.b.3")
    assert width_of(line) == 20


def test_a_clipped_row_says_so() -> None:
    assert text_of(clip(row(("abc", "dim"), ("defgh", "")), 6)) == "abcde…"
    assert clip(row("abc"), 6) == row("abc")


def test_what_leads_somewhere_still_does_when_a_row_is_cut_wrapped_or_joined() -> None:
    w1, f = Goal(node=3, element=0, what="delta"), Goal(node=7)
    line = row(("δ ", "dim"), link("-0.393224", "delta", w1), (" of ", "dim"), link("f", "title", f))
    assert goals_of(line) == [(2, 9, w1), (15, 1, f)]
    assert goals_of(clip(line, 8)) == [(2, 6, w1)]
    assert [goals_of(part) for part in wrap(line, 12)] == [[(2, 9, w1)], [(3, 1, f)]]
    assert goals_of(merge([link("a", "dim", f), ("b", "dim"), link("c", "dim", f), link("d", "dim", f)])) == [
        (0, 1, f),
        (2, 2, f),
    ]


def test_a_linked_role_is_drawn_as_its_role_and_differs_by_its_goal_alone() -> None:
    one, other = Linked("delta", Goal(node=1)), Linked("delta", Goal(node=2))
    assert one == "delta" and one == "delta" and one != other and one == Linked("delta", Goal(node=1))
    assert {"delta": 5}[one] == 5 and type(one.bare) is str
