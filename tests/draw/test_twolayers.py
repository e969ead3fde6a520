"""A layer in two runs has its numbers beside each other with their difference; what stands out is told in a row."""

from __future__ import annotations

import numpy as np

from gradlab.draw.extremes import extreme_rows
from gradlab.draw.ink import Goal, goals_of, text_of
from gradlab.draw.twolayers import two_layer_rows
from gradlab.op import Curve
from gradlab.train.statistics import LayerStats, summarise


def layer(name: str, delta: float | None, *values: float) -> LayerStats:
    return LayerStats(name, activations=summarise(np.array(values)) if values else None, delta=delta)


def test_figures_stand_beside_each_other_with_difference_and_factor() -> None:
    rows = [text_of(line) for line in two_layer_rows(layer("h", 1e-5, 0, 2), layer("h", 4e-5, 0, 6), "activations", 60, 20)]
    assert rows[0].split() == ["h", "activations", "both", "runs"]
    assert rows[1].split() == ["A", "B", "B", "-", "A", "B", "/", "A"]
    by = {line.split()[0]: line.split()[1:] for line in rows[2:] if line.split()}
    assert by["mean"] == ["+1.000", "+3.000", "+2.000", "×3.000"]
    assert by["|δ|"] == ["1e-05", "4e-05", "+3e-05", "×4.000"]
    assert rows[-1].split() == ["+0", "+6.000"], "one scale for both"


def test_what_is_pending_has_no_difference() -> None:
    rows = [text_of(line) for line in two_layer_rows(layer("h", None, 1.0), layer("h", 4e-5, 1.0), "activations", 60, 20)]
    assert next(line for line in rows if line.startswith("|δ|")).split() == ["|δ|", "·", "4e-05"]
    without = [text_of(line) for line in two_layer_rows(layer("h", 1.0), layer("h", 1.0), "weights", 60, 20)]
    assert "not computed yet, or a run has none" in without


def test_the_least_gradient_is_told_beside_the_largest_and_both_lead_to_their_layers() -> None:
    layers = [layer("a", 1e-9), layer("b", 0.0), layer("c", 2e-3)]
    (line,) = extreme_rows(layers, lambda name: Goal("abc".index(name)), 60)
    assert text_of(line) == "least |δ|  a 1e-09  ×2e+06 below c 0.0020"
    assert [goal.node for _, _, goal in goals_of(line)] == [0, 2]


def test_gradients_of_like_size_and_pending_ones_are_not_told_of() -> None:
    assert extreme_rows([layer("a", 1e-3), layer("b", 2e-3), layer("c", None)], lambda name: None, 60) == []


def test_units_that_are_all_dead_are_told_of() -> None:
    found = LayerStats("h3", activations=summarise(np.zeros((4, 2)), Curve(dead=0.0)))
    assert [text_of(line).rstrip() for line in extreme_rows([found], lambda name: None, 60)] == ["dead  h3 100 %"]
