"""Lines in order: stable both ways, NaN above every number, every gradient back to its own element."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.op import Array
from gradlab.ops import OPS
from tests.ops.harness import Bench

NAN = np.nan
both_machines = pytest.mark.parametrize("backend", ["plain", "jit"])


def stable(line: Array, descending: bool) -> list[int]:
    """Return the places of a line in order, as a person would: by value, NaN as the greatest, equal ones as they stand."""
    sign = -1.0 if descending else 1.0
    return sorted(range(len(line)), key=lambda i: (sign * np.isnan(line[i]), 0.0 if np.isnan(line[i]) else sign * line[i]))


@both_machines
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("n", [*range(10), 15, 16, 17, 33, 100])
def test_the_order_is_stable_with_ties_infinities_and_nan(backend: str, descending: bool, n: int) -> None:
    rng = np.random.default_rng(n)
    line = rng.choice([NAN, np.inf, -np.inf, -0.0, 0.0, 1.0, 2.0, 3.0], n)
    attrs = {"descending": descending}
    places = Bench(OPS["argsort"], [line], attrs, backend).forward()
    assert places.tolist() == stable(line, descending)
    bench = Bench(OPS["sort"], [line], attrs, backend)
    np.testing.assert_array_equal(bench.forward(), line[places.astype(int)])
    (dx,) = bench.backward(np.arange(float(n)))
    np.testing.assert_array_equal(dx, np.where(np.isnan(line), NAN, np.argsort(places)))


@both_machines
def test_the_greatest_few_get_all_of_the_gradient_and_ties_go_to_the_first(backend: str) -> None:
    bench = Bench(OPS["top_k"], [np.array([2.0, 5.0, 2.0, 1.0])], {"k": 2}, backend)
    assert bench.forward().tolist() == [5, 2]
    assert bench.backward(np.array([10.0, 20.0]))[0].tolist() == [20, 10, 0, 0]


@both_machines
def test_a_quantile_of_nan_is_nan_for_its_line_and_sends_to_the_nan_alone(backend: str) -> None:
    bench = Bench(OPS["quantile"], [np.array([[1.0, NAN, 3.0], [1.0, 2.0, 4.0]])], {"q": 0.25, "axis": 1}, backend)
    np.testing.assert_array_equal(bench.forward(), [NAN, 1.5])
    np.testing.assert_array_equal(bench.backward(np.ones(2))[0], [[0, NAN, 0], [0.5, 0.5, 0]])


@both_machines
def test_a_quantile_between_infinities_is_infinite(backend: str) -> None:
    for line, q, wanted in (([np.inf, np.inf], 0.5, np.inf), ([-np.inf, 1.0, 2.0], 0.5, 1.0), ([0.0, np.inf], 0.0, 0.0)):
        assert Bench(OPS["quantile"], [np.array(line)], {"q": q}, backend).forward() == wanted


@both_machines
def test_taking_the_places_in_order_is_sorting(backend: str) -> None:
    x = np.random.default_rng(5).normal(size=(3, 7))
    places = Bench(OPS["argsort"], [x], {"axis": 0}, backend).forward()
    taken = Bench(OPS["take_along_axis"], [x, places], {"axis": 0}, backend).forward()
    np.testing.assert_array_equal(taken, Bench(OPS["sort"], [x], {"axis": 0}, backend).forward())


@both_machines
def test_a_running_product_with_zeros_has_the_gradient_of_its_formula(backend: str) -> None:
    bench = Bench(OPS["cumprod"], [np.array([2.0, 0.0, 3.0, 0.0, 5.0])], {}, backend)
    assert bench.forward().tolist() == [2, 0, 0, 0, 0]
    assert bench.backward(np.ones(5))[0].tolist() == [1, 8, 0, 0, 0]


@both_machines
def test_a_triangle_hides_nan_on_its_other_side(backend: str) -> None:
    bench = Bench(OPS["tril"], [np.array([[1.0, NAN], [2.0, 3.0]])], {}, backend)
    assert bench.forward().tolist() == [[1, 0], [2, 3]]
    assert bench.backward(np.ones((2, 2)))[0].tolist() == [[1, 0], [1, 1]]
