"""A lesson as rows: pages, lines with what was said to them, claims in one row, and the card of a question."""

from __future__ import annotations

import pytest

from gradlab.draw.ink import dump, row
from gradlab.draw.lesson import LessonLook, lesson_rows
from gradlab.lab.outcome import Line
from gradlab.lab.teach.lesson import Lesson, Piece, Place

PIECES = (
    Piece("prose", "# A lesson\n\n", page=0), Piece("prose", "Some words that are long enough for two rows.\n", page=0),
    Piece("model", "y = x * 2", page=0), Piece("prose", "Second page.\n", page=1),
    Piece("line", "forward", 0), Piece("claim", "expect x ~= 1", 1), Piece("claim", "expect y ~= 2", 2), Piece("gap", ""),
    Piece("prose", "Third page.\n", page=2), Piece("question", "what is z?", 3), Piece("rest", "2 lines follow your answer"),
)  # fmt: skip
OK, FAIL = Line("ok", "line 4  expect x ~= 1    got 1"), Line("fail", "line 5  expect y ~= 2    got 3, wanted 2: off by 1")


def drawn(lesson: Lesson, **look: object) -> str:
    """Return the rows of a lesson, 30 wide, as text."""
    return dump(lesson_rows(lesson, LessonLook(30, turn="␣", unfold="enter", **look)).rows)  # type: ignore[arg-type]


def at(here: Place, cursor: int, ahead: Place | None, open: int | None = None, **said: tuple[Line, ...]) -> Lesson:
    """Return the lesson at a stop. said: what was said to statement N, as `sN`."""
    pieces = tuple(Piece(p.kind, p.text, p.number, p.page, said.get(f"s{p.number}", ())) for p in PIECES)
    return Lesson(pieces, cursor, 4, here, open, ahead)


START = """\
A lesson

Some words that are long
enough for two rows.

  y = x * 2

▸ ␣ turns the page

Second page.

  forward                    1
  2 claims

Third page.

  what is z?                 4

┄ 2 lines follow your answer ┄"""


def test_a_lesson_begins_with_its_first_page_and_says_how_it_turns() -> None:
    lesson = at(("page", 0), 0, ("page", 1))
    assert drawn(lesson) == START
    found = lesson_rows(lesson, LessonLook(30, turn="␣"))
    assert (found.top, found.bottom, found.page, found.marked) == (0, 5, 0, -1)


def test_what_lies_ahead_is_grey() -> None:
    found = lesson_rows(at(("page", 0), 0, ("page", 1)), LessonLook(30)).rows
    roles = {text: role for line in found for text, role in line}
    assert (roles["Some words that are long"], roles["Second page."]) == ("", "dim")
    found = lesson_rows(at(("page", 1), 0, ("line", 0)), LessonLook(30)).rows
    assert {text: role for line in found for text, role in line}["Second page."] == ""


def test_the_line_that_comes_next_is_marked() -> None:
    lesson = at(("page", 1), 0, ("line", 0))
    found = lesson_rows(lesson, LessonLook(30))
    assert dump([found.rows[found.marked]]) == "▸ forward                    1"
    assert dump([found.rows[found.page]]) == "Second page."
    assert "turns the page" not in drawn(lesson)


def test_claims_that_hold_are_one_row_and_are_unfolded_by_a_key() -> None:
    lesson = at(("line", 0), 3, ("page", 2), s1=(OK,), s2=(OK,))
    assert "✓ forward                    1\n✓ 2 claims               enter\n\n▸ ␣ turns the page\n" in drawn(lesson)
    assert "✓ 2 claims               enter\n  expect x ~= 1      ok, got 1\n  expect y ~= 2      ok, got 1\n" in drawn(
        lesson, unfolded=True
    )


def test_a_claim_that_failed_is_shown_with_what_was_got() -> None:
    lesson = at(("line", 0), 3, ("page", 2), s1=(OK,), s2=(FAIL,))
    assert (
        "✗ 1 of 2 claims failed   enter\n  expect y ~= 2\n  FAIL  line 5  expect y ~= 2\n    got 3, wanted 2: off by 1\n"
        in drawn(lesson)
    )


def test_of_claims_that_are_unfolded_those_to_come_stay_closed() -> None:
    found = drawn(at(("line", 0), 2, None, s1=(OK,)), unfolded=True)
    assert "  2 claims               enter\n  expect x ~= 1      ok, got 1\n\nThird page." in found


def test_claims_are_closed_before_they_were_judged_and_while_a_question_is_open() -> None:
    assert "expect" not in drawn(at(("page", 1), 0, ("line", 0)), unfolded=True)
    asked = at(("line", 3), 4, None, 3, s1=(OK,), s2=(FAIL,))
    assert "✗ 1 of 2 claims failed\n\nThird page." in drawn(asked, unfolded=True)


def test_the_card_of_a_question_stands_in_the_place_of_its_line() -> None:
    card = (row("▌ what is z?"), row("▌ a: answer"))
    found = drawn(at(("line", 3), 4, None, 3), card=card)
    assert found.endswith("Third page.\n\n\n▌ what is z?\n▌ a: answer\n\n┄ 2 lines follow your answer ┄")


def test_the_card_of_a_typed_question_stands_before_what_is_hidden() -> None:
    card = (row("▌ what is x?"),)
    look = LessonLook(30, card)
    found = lesson_rows(at(("page", 0), 0, ("page", 1), -1), look)
    assert dump(found.rows).endswith("▌ what is x?\n\n┄ 2 lines follow your answer ┄")
    assert dump([found.rows[found.top]]) == "▌ what is x?"


def test_what_became_of_a_typed_answer_stands_where_the_reader_is() -> None:
    beside = (row("▌ right: x = 1"),)
    assert "▌ right: x = 1\n▸ forward  " in drawn(at(("page", 1), 0, ("line", 0)), beside=beside)
    assert "  y = x * 2\n\n▌ right: x = 1\n▸ ␣ turns the page" in drawn(at(("page", 0), 0, ("page", 1)), beside=beside)


def test_a_scenario_without_a_lesson_says_so() -> None:
    assert drawn(Lesson((), 0, 0)) == "this scenario has no prose"


def test_prose_in_ascii_spells_powers_out() -> None:
    lesson = Lesson((Piece("prose", "The slope of w² is 2w → it grows.", page=0),), 0, 0, ("page", 0), None, None)
    assert dump(lesson_rows(lesson, LessonLook(60, glyphs="ascii")).rows).startswith("The slope of w^2 is 2w -> it grows.")


def test_a_question_has_a_tick_only_when_it_was_answered_right() -> None:
    for kind, mark in (("right", "✓"), ("bet", "✓"), ("wrong", "✗"), ("skip", "–"), ("value", "–")):
        lesson = at(("page", 2), 4, None, s3=(Line("wrong", "not 1; try again"), Line(kind, "what was said last")))
        assert f"{mark} what is z?" in drawn(lesson), kind


@pytest.mark.parametrize(
    ("lines", "height", "folded"), [(10, 16, False), (10, 15, True), (11, 40, True), (3, 9, False), (3, 8, True)]
)
def test_a_short_model_is_folded_only_where_no_question_fits_below_it(lines: int, height: int, folded: bool) -> None:
    model = Piece("model", "\n".join(["y = x"] * lines), page=0)
    rows = lesson_rows(Lesson((model,), 0, 0, ("page", 0), None, None), LessonLook(30, height=height)).rows
    assert dump(rows).startswith("▸ model") == folded
