"""Numbers in large digits."""

from __future__ import annotations

import pytest

from gradlab.draw.digits import GLYPHS, big, equation
from gradlab.draw.ink import dump, width_of


def test_each_sign_is_three_rows_of_one_width() -> None:
    for sign, rows in GLYPHS.items():
        assert len(rows) == 3 and len({len(row) for row in rows}) == 1, sign
    assert len(set(GLYPHS.values())) == len(GLYPHS), "no two signs look alike"


def test_all_that_a_number_is_written_with_has_large_rows() -> None:
    assert set("0123456789+-.e?·") | set("inf") | set("nan") <= set(GLYPHS)


def test_a_gradient_stands_beside_what_it_is_made_of() -> None:
    parts = [("", "-0.393", "δ w1"), ("=", "0.197", "δ b"), ("×", "-2", "slope")]
    assert (
        dump(equation(parts, 60))
        == """\
       ╭─╮ ╶─╮╭─╮╶─╮       ╭─╮ ╶╮ ╭─╮╶─╮          ╶─╮
    ╶─╴│ │  ─┤╰─┤ ─┤    =  │ │  │ ╰─┤  │    ×  ╶─╴╭─╯
       ╰─╯.╶─╯╶─╯╶─╯       ╰─╯.╶┴╴╶─╯  ╵          ╰─╴
    δ w1                   δ b                 slope"""
    )


@pytest.mark.parametrize("width", range(1, 80, 7))
def test_what_does_not_fit_is_left_out_from_the_right_and_the_number_itself_never_is(width: int) -> None:
    parts = [("", "-0.393", "δ w1"), ("=", "0.197", "δ b"), ("×", "-2", "slope")]
    rows = equation(parts, width)
    assert "δ w1" in dump(rows)
    assert all(width_of(line) <= max(width, 21) for line in rows)


def test_a_number_that_there_is_not_yet_is_a_dot() -> None:
    assert big("·") == [" ", "·", " "]
