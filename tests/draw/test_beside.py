from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from gradlab.axis.position import Position
from gradlab.draw.beside import head_row, pair_rows, parting_rows, taken_row, told_apart
from gradlab.draw.curves import legend, plot_pair
from gradlab.draw.ink import dump, text_of, width_of
from gradlab.lab.beside.aligning import Alignment
from gradlab.lab.beside.comparing import Comparison, Difference
from gradlab.train.statistics import LayerStats, summarise

PART = Difference(
    (Position(0, "f", 1), Position(0, "f", 2)), "value", "h[0]", (3, 4), 0, (1.0, 2.0), 5, 8,
    (("h = tanh(x)", "h[0] = +1.0"), ("h = tanh(x)",)),
)  # fmt: skip


def comparison(first: Difference | None) -> Comparison:
    """A comparison that found this."""
    graphs = Alignment(((0, 0), (1, 1)), ("extra",), (), ())
    return Comparison(graphs, first, first, 3, ((), ()), ((), ()))


def layer(name: str, delta: float) -> LayerStats:
    """A layer whose gradient has a size."""
    return LayerStats(name, summarise(np.array([0.5, -0.5])), delta=delta)


def test_both_ways_to_the_number_stand_beside_each_other_where_there_is_room() -> None:
    rows = parting_rows(comparison(PART), 110)
    text = dump(rows)
    assert "only in A: extra" in text
    assert "first difference 0.f.1 of A, 0.f.2 of B  value of h[0]  5 of 8 numbers differ" in text
    assert any("A  +1.0" in text_of(line) and "B  +2.0" in text_of(line) for line in rows)
    assert all(width_of(line) <= 110 for line in rows)


def test_in_a_narrow_panel_one_stands_below_the_other() -> None:
    rows = parting_rows(comparison(PART), 60)
    assert not any("A  +1.0" in text_of(line) and "B  +2.0" in text_of(line) for line in rows)
    assert [text_of(line).split()[0] for line in rows if text_of(line).startswith((" A", " B"))] == ["A", "B"]
    assert all(width_of(line) <= 60 for line in rows)


def test_runs_that_do_not_differ_say_for_how_long() -> None:
    assert "no number differs in 3 updates" in dump(parting_rows(comparison(None), 80))


def test_the_layers_say_which_update_their_numbers_are_of() -> None:
    assert text_of(taken_row(comparison(None), 80)) == "layers, in update 2, the last of 3"
    assert text_of(taken_row(replace(comparison(None), updates=1), 80)) == "layers, in update 0"


def test_numbers_that_differ_in_the_last_bit_are_seen_to_differ() -> None:
    one, other = told_apart((0.1, math.nextafter(0.1, 1)))
    assert one != other
    assert told_apart((1.0, 2.0)) == ("+1.00000000", "+2.00000000")


def test_layers_of_both_runs_share_a_scale_and_name_the_factor() -> None:
    rows = pair_rows([layer("h0", 1e-3), layer("h1", 1.0), layer("only", 1.0)], [layer("h0", 1.0), layer("h1", 1.0)], "|δ|", 90)
    assert dump(rows).splitlines() == [
        "layer     |δ| A     |δ| B     B / A  0.0010 … 1.000",
        "h0       0.0010     1.000     ×1000  A┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄B",
        "h1        1.000     1.000    ×1.000  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━═",
    ]  # fmt: skip
    assert all(width_of(line) <= 90 for line in rows)


def test_a_table_of_both_fits_40_columns_and_leaves_out_what_is_not_known() -> None:
    rows = pair_rows([LayerStats("h0", summarise(np.array([1.0, 2.0])))], [LayerStats("h0")], "std", 40)
    assert all(width_of(line) <= 40 for line in rows)
    assert text_of(rows[1]).split()[:3] == ["h0", "0.5000", "·"]
    assert "no layer of both runs has |δ|" in dump(pair_rows([LayerStats("h0")], [LayerStats("h0")], "|δ|", 40))


def test_the_first_difference_is_one_row_with_both_numbers() -> None:
    assert (
        text_of(head_row(comparison(PART), 90)) == "first difference  0.f.1 of A  value of h[0]   A +1.00000000   B +2.00000000"
    )
    assert text_of(head_row(comparison(None), 90)) == "no number differs in 3 updates"


def test_two_curves_are_told_apart_without_colour_by_their_gaps_and_letters() -> None:
    flat, low = [(k, 1.0) for k in range(60)], [(k, 0.01) for k in range(60)]
    lines = dump(plot_pair(flat, low, 60, 10)).splitlines()
    top = next(line for line in lines if line.endswith("A"))
    foot = next(line for line in lines if line.endswith("B"))
    assert " " not in top[11:56]
    assert foot[11:56].count(" ") == 15


def test_curves_that_end_together_share_a_line_and_their_dots() -> None:
    pairs = [(k, 2.0**-k) for k in range(8)]
    rows = plot_pair(pairs, pairs, 50, 8)
    assert any(text_of(line).endswith("AB") for line in rows)
    assert {role for line in rows for _, role in line} == {"dim", "curve", "strong"}


def test_a_curve_of_nothing_finite_has_no_letter() -> None:
    text = dump(plot_pair([(0, 1.0), (1, 0.5)], [(0, math.nan), (1, math.nan)], 50, 8))
    assert "A" in text
    assert "B" not in text


def test_the_legend_names_both() -> None:
    assert [text_of(line).split()[-1] for line in legend(("one", "two"))] == ["one", "two"]
