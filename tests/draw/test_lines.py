"""Several curves on common axes: a letter for each, at its end and in the legend."""

from __future__ import annotations

from gradlab.draw.ink import text_of, width_of
from gradlab.draw.lines import ROLES, plot_lines

DOWN = ("loss", [(u, 10.0 / (u + 1)) for u in range(20)])
UP = ("acc", [(u, (u + 1) / 20) for u in range(20)])


def test_each_curve_has_a_letter_with_its_last_number_and_at_its_end() -> None:
    rows = plot_lines([DOWN, UP], 40, 8)
    texts = [text_of(line) for line in rows]
    assert len(texts) == 8
    assert all(width_of(line) <= 40 for line in rows)
    assert texts[0] == "a loss +0.500000   b acc +1.00000"
    ends = [line[-3:].strip() for line in texts[1:-2]]
    assert sorted("".join(ends)) == ["a", "b"]
    assert "".join(ends) == "ba"


def test_a_curve_without_a_number_is_left_out_and_one_that_is_lost_has_no_end() -> None:
    rows = plot_lines([DOWN, ("none", []), ("lost", [(0, float("nan")), (1, float("nan"))])], 40, 8)
    texts = [text_of(line) for line in rows]
    assert texts[0] == "a loss +0.500000   b lost NaN"
    assert "".join(line[-3:].strip() for line in texts[1:-2]) == "a"


def test_what_has_no_room_is_counted() -> None:
    many = [(f"a_long_name_{k}", [(0, 1.0), (1, k + 1.0)]) for k in range(9)]
    texts = [text_of(line) for line in plot_lines(many, 40, 8)]
    assert texts[3] == "and 6 more"
    assert len(texts) == 8


def test_no_curve_is_only_counted_where_its_name_takes_no_more_room() -> None:
    four = [(f"a_long_name_of_a_curve_{k}", [(0, 1.0), (1, k + 1.0)]) for k in range(4)]
    texts = [text_of(line) for line in plot_lines(four, 40, 8)]
    assert [text[0] for text in texts[:4]] == ["a", "b", "c", "d"]
    assert len(texts) == 8


def test_every_curve_has_its_colour() -> None:
    rows = plot_lines([DOWN, UP], 40, 8)
    assert {role for line in rows[1:] for _, role in line} >= set(ROLES[:2])
