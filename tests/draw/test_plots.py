from __future__ import annotations

import math

import numpy as np
import pytest

from gradlab.draw.bars import bar, ladder, signed_bar
from gradlab.draw.curve import Scale, braille, plot, scale
from gradlab.draw.heat import half_blocks, level, role
from gradlab.draw.histogram import histogram, onto, rebin
from gradlab.draw.ink import dump, text_of, width_of
from gradlab.draw.themes import DARK
from gradlab.tui.styles import style_of


def test_a_bar_is_filled_to_its_share_in_eighths() -> None:
    assert bar(0.5, 4) == "██  "
    assert bar(1.0, 4) == "████"
    assert bar(0.09375, 4) == "▍   "


def test_what_is_not_nothing_shows_and_what_is_no_number_does_not() -> None:
    assert bar(1e-9, 4) == "▏   "
    assert bar(0.0, 4) == bar(math.nan, 4) == bar(-1.0, 4) == "    "


def test_a_signed_bar_says_its_sign_as_text() -> None:
    assert text_of(signed_bar(-0.5, 5)) == "-██  "
    assert text_of(signed_bar(0.5, 5)) == "+██  "


def test_a_ladder_is_logarithmic() -> None:
    rungs = [len(rung.rstrip()) for rung in ladder([1e-6, 1e-4, 1e-2, 1.0], 7)]
    assert rungs == [1, 3, 5, 7]
    assert ladder([0.0, math.nan], 3) == ["   ", "   "]


def test_a_histogram_keeps_its_count_when_it_is_rebinned() -> None:
    counts = [1, 5, 9, 2, 0, 7, 3]
    for width in (1, 3, 7, 20):
        assert sum(rebin(counts, width)) == pytest.approx(sum(counts))


def test_a_histogram_draws_eighths_and_leaves_no_count_blank() -> None:
    assert histogram([0, 1, 4, 8, 1000], 5) == " ▁▁▁█"
    assert histogram([4, 8], 2) == "▄█"
    assert histogram([0, 0], 2) == "  "
    assert histogram([], 3) == "   "


def test_a_common_scale_makes_a_narrow_histogram_narrow() -> None:
    counts = onto([5, 5], [-0.1, 0.0, 0.1], -1.0, 1.0, 10)
    assert counts[4] == pytest.approx(5)
    assert counts[5] == pytest.approx(5)
    assert sum(counts[:4]) + sum(counts[6:]) == pytest.approx(0)


def test_a_rising_line_goes_from_the_lower_left_to_the_upper_right() -> None:
    unit = Scale(0.0, 1.0)
    assert braille([0.0, 1.0], [0.0, 1.0], 2, 1, unit, unit) == ["⡠⠊"]


def test_a_logarithmic_axis_makes_a_power_a_straight_line() -> None:
    ys = [10.0**-k for k in range(5)]
    straight = braille(range(5), ys, 8, 4, Scale(0, 4), Scale(1e-4, 1.0, log=True))
    line = braille(range(5), [4.0 - k for k in range(5)], 8, 4, Scale(0, 4), Scale(0, 4))
    assert straight == line


def test_a_gap_is_left_for_what_has_no_place() -> None:
    drawn = braille([0, 1, 2], [1.0, math.nan, 1.0], 3, 1, Scale(0, 2), Scale(0.0, 2.0))
    assert sum(cell != " " for cell in drawn[0]) == 2
    assert scale([math.nan, -1.0, 0.0], log=True) == Scale(0.1, 1.0, True)


def test_a_plot_has_the_size_it_was_given_and_labels_its_ends() -> None:
    rows = plot(list(range(50)), [0.7 * 0.9**k for k in range(50)], 40, 10)
    assert len(rows) == 10
    assert all(width_of(line) <= 40 for line in rows)
    text = dump(rows)
    assert "+1.00" in text
    assert "49" in text


def test_a_plot_of_one_point_and_of_equal_points_does_not_fail() -> None:
    assert len(plot([0], [1.0], 30, 6)) == 6
    assert len(plot([0, 1], [0.0, 0.0], 30, 6, log=False)) == 6
    assert len(plot([0, 1], [math.inf, math.nan], 30, 6)) == 6


def test_heat_keeps_the_sign_and_the_order() -> None:
    levels = [level(v, 1.0) for v in (-1.0, -0.3, 0.0, 0.3, 1.0)]
    assert levels == [-4, -2, 0, 2, 4]
    assert [role(step) for step in (-1, 0, 3)] == ["heat-1", "heat0", "heat+3"]


def test_a_map_has_two_rows_of_numbers_in_one_row_of_cells() -> None:
    rows = half_blocks(np.array([[1.0, -1.0], [0.0, np.nan], [0.5, 0.5]]))
    assert [text_of(line) for line in rows] == ["▀▀", "▀▀"]
    assert rows[0] == (("▀", "map +4 0"), ("▀", "map -4 bad"))
    assert all(style_of(role, DARK) for line in rows for _, role in line)
