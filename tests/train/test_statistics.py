"""The rows of the table of layers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradlab.op import Array
from gradlab.ops import OPS
from gradlab.train.layers import LayerParts, layer_parts
from gradlab.train.statistics import LayerStats, layer_stats, summarise, update_ratio
from tests.train.test_layers import Builder


def one_layer() -> tuple[Builder, LayerParts]:
    build = Builder()
    x = build.leaf("x", 4, 3, op="input")
    build.op("tanh", "h0.h", build.dense("h0", x, 2), layer="h0")
    return build, layer_parts(build.graph)[0]


def read(build: Builder, arrays: dict[str, Array]) -> dict[int, Array]:
    return {node.index: arrays[node.name] for node in build.graph.nodes if node.name in arrays}


def row(values: dict[str, Array], grads: dict[str, Array], changes: dict[str, Array]) -> LayerStats:
    build, parts = one_layer()
    value, grad, change = (read(build, arrays) for arrays in (values, grads, changes))
    return layer_stats(build.graph, parts, value.get, grad.get, change.get, lambda ops, source: None)


def test_a_row_says_what_each_array_of_the_layer_is_like() -> None:
    out = np.array([[0.99, 0.1], [-0.99, 0.2], [0.98, 0.3], [0.97, 0.4]])
    weights = np.array([[3.0, 0.0], [0.0, 4.0], [0.0, 0.0]])
    stats = row(
        {"h0.h": out, "h0.W": weights, "h0.b": np.full(2, 100.0)},
        {"h0._affine.0": np.full((4, 2), -1e-5)},
        {"h0.W": weights * -1e-3, "h0.b": np.ones(2)},
    )
    assert stats.name == "h0"
    assert stats.activations and stats.gradients and stats.weights and stats.updates
    assert stats.activations.saturated == 3 / 8 and stats.activations.dead is None
    assert stats.activations.mean == pytest.approx(out.mean())
    assert stats.delta == pytest.approx(1e-5) and stats.gradients.rms == stats.delta
    assert stats.weights.max == 4.0, "biases are left out"
    assert stats.weights.zeros == pytest.approx(4 / 6)
    assert stats.ratio == pytest.approx(-3.0)


def test_what_is_not_computed_yet_is_none() -> None:
    stats = row({"h0.W": np.ones((3, 2))}, {}, {})
    assert (stats.activations, stats.gradients, stats.updates, stats.delta, stats.ratio) == (None,) * 5
    assert stats.weights is not None and stats.weights.count == 6


def test_a_row_of_a_parameter_alone_has_weights_only() -> None:
    build = Builder()
    w = build.leaf("w", 3)
    parts = LayerParts("w", None, None, (w.index,), (w.index,))
    stats = layer_stats(build.graph, parts, lambda i: np.ones(3), lambda i: np.ones(3), lambda i: None, lambda ops, i: None)
    assert stats.activations is None and stats.gradients is None and stats.weights is not None


def test_the_update_ratio_of_what_does_not_move_or_was_nothing() -> None:
    one, none = np.ones(3), np.zeros(3)
    assert update_ratio(one, none) == -math.inf
    assert update_ratio(none, one) == math.inf
    assert update_ratio(none, none) == -math.inf
    assert update_ratio(one * math.nan, one) is None
    assert update_ratio(np.zeros(0), np.zeros(0)) is None
    assert update_ratio(one * 1e200, one * 1e-200) == pytest.approx(-400)


def test_what_is_not_finite_is_counted() -> None:
    summary = summarise(np.array([1.0, math.nan, math.inf, -math.inf, 0.0]))
    assert (summary.count, summary.nans, summary.infs) == (5, 1, 2)
    assert math.isnan(summary.mean) and summary.zeros == 0.2


def test_float32_is_summarised_in_float64() -> None:
    assert summarise(np.full(4, 1e30, np.float32)).rms == pytest.approx(1e30, rel=1e-7)


def test_a_large_array_of_each_op_is_summarised() -> None:
    assert {summarise(np.zeros((2, 3)), op.curve_of(dict.fromkeys(op.attrs, 1.0))).count for op in OPS.values()} == {6}
