"""Measures and histograms, on arrays that are well and on arrays that are not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gradlab.op import Curve
from gradlab.ops import OPS
from gradlab.train.histogram import histogram
from gradlab.train.measure import root_mean_square
from gradlab.train.measures import MEASURES, Measure
from gradlab.train.statistics import summarise

each = pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda m: str(m.name))
ANY = arrays(np.float64, array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5), elements=st.floats(width=64))
WORDS = ("add", "tanh", "sigmoid", "relu", "softmax", "hard_sigmoid")


def curve(op: str) -> Curve:
    return OPS[op].curve_of(OPS[op].attrs)


def measured(name: str, values: object, op: str = "add") -> float | None:
    return MEASURES[name].number(np.asarray(values, np.float64), curve(op))


def test_each_measure_gives_the_number_of_its_name() -> None:
    values = [[1.0, -2.0], [0.0, 5.0]]
    assert {name: measured(name, values) for name in MEASURES} == {
        "mean": 1.0,
        "std": pytest.approx(math.sqrt(6.5), rel=1e-15),
        "min": -2.0,
        "max": 5.0,
        "rms": pytest.approx(math.sqrt(7.5), rel=1e-15),
        "zeros": 0.25,
        "saturated": None,
        "dead": None,
    }


def test_saturated_units_are_counted_by_the_bounds_of_their_op() -> None:
    assert measured("saturated", [-0.98, -0.97, 0.0, 0.975], "tanh") == 0.5
    assert measured("saturated", [0.01, 0.015, 0.5, 0.985, 0.99], "sigmoid") == 0.4
    assert measured("saturated", [0.0, 9.0], "relu") is None


def test_at_the_bounds_of_saturation_the_slope_is_six_percent_of_the_largest() -> None:
    assert pytest.approx(0.06, abs=1e-3) == 1 - 0.97**2
    assert pytest.approx(0.06, abs=1e-3) == 0.985 * 0.015 / 0.25


def test_a_dead_unit_is_zero_for_all_samples() -> None:
    assert measured("dead", [[0, 1, 0], [0, 0, 0]], "relu") == pytest.approx(2 / 3)
    assert measured("dead", [[0, 1, 0], [0, 0, 0]], "tanh") is None
    assert measured("dead", [0.0, 1.0], "relu") == 0.5
    assert measured("dead", 0.0, "relu") == 1.0


def test_the_units_of_images_are_their_channels() -> None:
    images = np.zeros((3, 2, 4, 4))
    images[1, 0, 2, 2] = 1.0
    assert measured("dead", images, "relu") == 0.5


@each
@settings(deadline=None, max_examples=60)
@given(x=ANY, op=st.sampled_from(WORDS))
def test_a_measure_never_fails(measure: Measure, x: np.ndarray[tuple[int, ...], np.dtype[np.float64]], op: str) -> None:
    value = measure.number(x, curve(op))
    assert value is None or isinstance(value, float)
    if value is not None and measure.form == "share" and x.size:
        assert 0 <= value <= 1


@each
def test_a_measure_has_a_text(measure: Measure) -> None:
    assert measure.doc


@pytest.mark.parametrize("name", ["mean", "std", "min", "max", "rms"])
def test_a_nan_is_not_hidden(name: str) -> None:
    number = measured(name, [1.0, math.nan, 2.0])
    assert number is not None and math.isnan(number)


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1e-150, 1.0, 1e150, 1e200, 1e300])
def test_the_root_mean_square_of_extreme_numbers_is_neither_zero_nor_infinite(scale: float) -> None:
    x = np.array([3.0, 4.0]) * scale
    assert root_mean_square(x) == pytest.approx(math.sqrt(12.5) * scale, rel=1e-14)
    assert measured("std", x) == pytest.approx(0.5 * scale, rel=1e-14)


def test_large_arrays_are_measured_piece_by_piece_to_the_same_numbers() -> None:
    x = np.random.default_rng(0).normal(3.0, 2.0, size=(300, 401))
    assert measured("std", x) == pytest.approx(float(x.std()), rel=1e-13)
    assert measured("rms", x) == pytest.approx(math.sqrt(float(np.mean(x * x))), rel=1e-13)
    assert sum(histogram(x).counts) == x.size


def test_a_histogram_counts_as_numpy_does() -> None:
    x = np.random.default_rng(1).normal(size=5000)
    counts, edges = np.histogram(x, bins=20)
    ours = histogram(x)
    assert list(ours.counts) == counts.tolist()
    np.testing.assert_allclose(ours.edges, edges, rtol=1e-12, atol=1e-15)


def test_what_has_no_place_on_the_axis_is_counted_beside_it() -> None:
    x = np.array([-math.inf, -2.0, -1.0, 0.0, 1.0, 3.0, math.inf, math.nan, math.nan])
    ours = histogram(x, bins=2, axis=(-1.0, 1.0))
    assert (ours.counts, ours.below, ours.above, ours.nans) == ((1, 2), 2, 2, 2)


@settings(deadline=None)
@given(x=ANY, bins=st.integers(1, 30))
def test_a_histogram_counts_every_element_once(x: np.ndarray[tuple[int, ...], np.dtype[np.float64]], bins: int) -> None:
    ours = histogram(x, bins)
    assert len(ours.counts) == bins and ours.low < ours.high
    assert sum(ours.counts) + ours.below + ours.above + ours.nans == x.size
    assert ours.nans == int(np.isnan(x).sum())
    assert ours.below + ours.above == int(np.isinf(x).sum())


@pytest.mark.parametrize("value", [0.0, 5.0, -1e308, 1.7976931348623157e308, 5e-324])
def test_a_single_value_has_a_histogram_too(value: float) -> None:
    ours = histogram(np.full(7, value), bins=5)
    assert sum(ours.counts) == 7 and ours.low < ours.high and math.isfinite(ours.high)


def test_values_as_far_apart_as_floats_go_have_a_histogram() -> None:
    ours = histogram(np.array([-1.7e308, 0.0, 1.7e308]), bins=3)
    assert ours.counts == (1, 1, 1)


def test_layers_of_tanh_share_an_axis() -> None:
    ours = summarise(np.array([0.1, 0.2]), curve("tanh")).histogram
    assert (ours.low, ours.high) == (-1.0, 1.0)
