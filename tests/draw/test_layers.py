from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gradlab.draw.four import four_rows
from gradlab.draw.health import health_rows
from gradlab.draw.ink import Row, dump, text_of, width_of
from gradlab.draw.signal import factor_text, noise_text, signal_rows
from gradlab.draw.spark import spark
from gradlab.draw.through import Through, thinned, through_rows
from gradlab.train.signal import SignalChange
from gradlab.train.statistics import LayerStats, summarise
from gradlab.train.strips import strip_kinds

LAYER = LayerStats(
    "h0", summarise(np.linspace(-1, 1, 50)), summarise(np.linspace(-2, 2, 50)), summarise(np.full(9, 0.5)), None,
    delta=2.1e-13, ratio=-8.1, forth=SignalChange(3, "W", 0.2236), back=SignalChange(4, "tanh", 0.9), noise=1234.6,
)  # fmt: skip
EMPTY = LayerStats("h1")
SIZE, LOG, RATIO, SHARE = strip_kinds()[0], strip_kinds()[1], strip_kinds()[3], strip_kinds()[4]


def role_of(text: str, line: Row) -> str:
    """Return the role of the one run of a row that holds a text."""
    (role,) = [role for shown, role in line if text in shown]
    return role


def test_a_spark_rises_from_an_eighth_to_the_full_height() -> None:
    assert spark([0, 1], 0, 1) == ["▁█"]
    assert spark([0, 0.5, 1], 0, 1, 2) == [" ▁█", "▁██"]
    assert spark([5, 5], 5, 5) == ["▅▅"]


def test_what_is_not_finite_is_a_cross_at_the_foot_and_never_a_height() -> None:
    assert spark([math.nan, 1.0, -math.inf], 0, 1, 2) == [" █ ", "×█×"]


def test_a_wide_table_says_what_changed_the_signal_both_ways_and_how_noisy_it_is() -> None:
    wide = dump(health_rows([LAYER], "activations", 118))
    assert "W ×0.22 " in wide
    assert "tanh ×0.9" in wide
    assert "1,235" in wide


@pytest.mark.parametrize("measure", ["dead", "saturated"])
def test_a_share_of_dead_or_saturated_units_warns_from_three_tenths_on(measure: str) -> None:
    summary = summarise(np.linspace(-1, 1, 50))
    roles = {}
    for share in (0.29, 0.3, 1.0):
        layer = LayerStats("h0", replace(summary, numbers={**summary.numbers, measure: share}))
        roles[share] = role_of(f"{share:.0%}".rstrip("%"), health_rows([layer], "activations", 90)[1])
    assert roles == {0.29: "dim", 0.3: "warn", 1.0: "warn"}


def test_a_step_is_usual_between_a_millionth_and_a_tenth_of_the_weights_and_warns_beyond() -> None:
    ratios = (-5.6, -5.5, -3.0, -1.0, -0.9, math.nan)
    rows = [health_rows([replace(LAYER, ratio=ratio)], "activations", 90)[1] for ratio in ratios]
    shown = ["-5.6", "-5.5", "-3.0", "-1.0", "-0.9", "nan"]
    assert [role_of(text, line) for text, line in zip(shown, rows, strict=True)] == ["warn", "dim", "dim", "dim", "warn", "dim"]


def test_a_narrow_table_keeps_histogram_and_ladder_and_drops_the_changes() -> None:
    rows = health_rows([LAYER, EMPTY], "activations", 78)
    assert "W ×" not in dump(rows)
    assert "2.1e-13" in dump(rows)
    assert all(width_of(line) <= 78 for line in rows)


def test_the_signal_names_the_ops_where_there_is_room_and_fits_where_there_is_not() -> None:
    names = {3: "h0.affine", 4: "h0.h"}
    text = dump(signal_rows([LAYER, EMPTY], names.__getitem__, 118))
    assert "W ×0.22     h0.affine" in text
    assert text.splitlines()[2].split() == ["h1", "·", "·", "·", "·", "·"]
    narrow = signal_rows([LAYER, EMPTY], names.__getitem__, 78)
    assert "W ×0.22" in dump(narrow)
    assert all(width_of(line) <= 78 for line in narrow)


def test_factors_and_noise_are_short() -> None:
    assert [factor_text(f) for f in (0.2236, 1.0, 3.2e-7, 340.4, math.inf)] == ["×0.22", "×1", "×3.2e-07", "×340", "×inf"]
    assert [noise_text(n) for n in (None, 1234.6, 0.0314159, 26.04)] == ["·", "1,235", "0.0314", "26"]


def test_four_histograms_stand_beside_each_other_and_a_missing_one_is_a_dot() -> None:
    for width in (118, 78, 40):
        rows = four_rows([LAYER, EMPTY], width)
        assert all(width_of(line) <= width for line in rows)
        assert "activ" in text_of(rows[0])
    rows = four_rows([LAYER], 118)
    assert [word for word in text_of(rows[0]).split() if word != "layer"] == ["activations", "gradients", "weights", "updates"]
    assert text_of(rows[2]).count("·") == 1


def test_a_long_series_is_thinned_to_means_and_keeps_its_gaps() -> None:
    assert thinned(np.array([1.0, 3.0, 5.0, 7.0]), 2) == (2.0, 6.0)
    assert thinned(np.array([1.0, 2.0]), 5) == (1.0, 2.0)
    found = thinned(np.array([1.0, math.nan, 5.0, 7.0]), 2)
    assert math.isnan(found[0])
    assert found[1] == 6.0


def test_a_strip_has_its_ends_its_range_and_the_updates() -> None:
    rows = through_rows(Through(SIZE, (("h0", (0.5, 0.25, 0.125)),), (0, 3990), 400), 100, 4)
    text = dump(rows)
    strip = text.splitlines()[1]
    assert strip.startswith("h0      0.5000 ████")
    assert "0.1250  0.1250 … 0.5000" in strip
    assert "▁▁▁" in strip
    assert text.splitlines()[-1].split() == ["update", "0", "3,990"]
    assert all(width_of(line) <= 100 for line in rows)


def test_layers_share_a_scale_where_they_are_to_be_compared() -> None:
    layers = (("a", (1e-8, 1e-8)), ("b", (1.0, 1.0)))
    assert "█" in dump(through_rows(Through(LOG, layers, (0, 10), 2), 100, 4)).splitlines()[2]
    assert "█" not in dump(through_rows(Through(LOG, layers, (0, 10), 2), 100, 4)).splitlines()[1]
    assert "█" not in dump(through_rows(Through(SHARE, (("a", (0.5, 0.5)),), (0, 10), 2), 100, 4))


def test_a_ratio_of_a_layer_that_does_not_move_leaves_a_mark() -> None:
    text = dump(through_rows(Through(RATIO, (("a", (-math.inf, -3.0)),), (0, 10), 2), 100, 4))
    assert "×" in text
    assert "-inf" in text


def test_strips_grow_where_there_is_room() -> None:
    found = Through(SIZE, (("a", (1.0, 2.0)),), (0, 10), 2)
    assert len(through_rows(found, 100, 30)) > len(through_rows(found, 100, 4))
