"""What ops do at ties, kinks, poles, on nothing and on NaN: as their files state it, by both machines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradlab.errors import ShapeError
from gradlab.op import Array
from gradlab.ops import OPS
from tests.ops.harness import Bench

both_machines = pytest.mark.parametrize("backend", ["plain", "jit"])
INF, NAN = np.inf, np.nan


def run(backend: str, name: str, *inputs: Any, **attrs: Any) -> tuple[Array, tuple[Array, ...]]:
    """Return the output and what is sent to the inputs when the gradient is 1 everywhere."""
    bench = Bench(OPS[name], [np.array(a, float) for a in inputs], attrs, backend)
    z = bench.forward()
    return z, bench.backward(np.ones_like(z))


def same(got: Any, wanted: Any) -> None:
    np.testing.assert_array_equal(np.asarray(got), np.asarray(wanted, float))


@both_machines
@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_a_tie_of_two_sends_half_to_each(backend: str, name: str) -> None:
    z, (dx, dy) = run(backend, name, [1.0, 3.0], [1.0, 3.0])
    same(z, [1, 3])
    same(dx, [0.5, 0.5])
    same(dy, [0.5, 0.5])


@both_machines
@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_nan_wins_against_every_number(backend: str, name: str) -> None:
    z, _ = run(backend, name, [NAN, 1.0, INF, NAN], [1.0, NAN, NAN, INF])
    same(z, [NAN] * 4)


@both_machines
@pytest.mark.parametrize("name", ["max", "min"])
def test_winners_of_a_reduction_share_the_gradient_equally(backend: str, name: str) -> None:
    sign = 1.0 if name == "max" else -1.0
    z, (dx,) = run(backend, name, sign * np.array([[3.0, 1.0, 3.0], [2.0, 5.0, 4.0]]), axis=1)
    same(z, [sign * 3, sign * 5])
    same(dx, [[0.5, 0, 0.5], [0, 1, 0]])


@both_machines
@pytest.mark.parametrize("name", ["max", "min"])
def test_nan_wins_a_reduction_wherever_it_stands(backend: str, name: str) -> None:
    z, (dx,) = run(backend, name, [[NAN, 1, 2], [1, NAN, 2], [2, 1, NAN], [NAN, NAN, 1]], axis=1)
    same(z, [NAN] * 4)
    same(dx, [[NAN, 0, 0], [0, NAN, 0], [0, 0, NAN], [NAN, NAN, 0]])


@both_machines
@pytest.mark.parametrize("name", ["max", "min"])
def test_a_reduction_of_infinities_is_infinite(backend: str, name: str) -> None:
    worst = -INF if name == "max" else INF
    z, (dx,) = run(backend, name, [worst, worst])
    same(z, worst)
    same(dx, [0.5, 0.5])


@both_machines
@pytest.mark.parametrize(("name", "slope"), [("relu", 0.0), ("abs", 0.0), ("leaky_relu", 0.01)])
def test_the_slope_at_the_kink_is_the_stated_one(backend: str, name: str, slope: float) -> None:
    _, (dx,) = run(backend, name, [0.0, -0.0])
    same(dx, [slope, slope])


@both_machines
@pytest.mark.parametrize("name", ["relu", "abs", "leaky_relu", "exp", "sigmoid", "tanh", "sum", "mean", "softmax"])
def test_nan_stays_nan(backend: str, name: str) -> None:
    z, _ = run(backend, name, [NAN, 1.0])
    assert np.isnan(z).any()


@both_machines
def test_division_by_zero_and_bad_logarithms_are_findings_without_a_warning(backend: str) -> None:
    same(run(backend, "div", [1.0, -1.0, 0.0], [0.0, 0.0, 0.0])[0], [INF, -INF, NAN])
    same(run(backend, "log", [0.0, -1.0])[0], [-INF, NAN])
    same(run(backend, "sqrt", [-1.0, 0.0])[0], [NAN, 0.0])
    same(run(backend, "sqrt", [0.0])[1][0], [INF])
    same(run(backend, "exp", [1000.0, -1000.0])[0], [INF, 0.0])


@both_machines
def test_a_square_has_its_slope_everywhere_and_asks_nothing_of_its_exponent(backend: str) -> None:
    z, (dx, dy) = run(backend, "pow", [-3.0, 0.0, 3.0], 2.0)
    np.testing.assert_allclose(z, [9, 0, 9], rtol=1e-15)
    np.testing.assert_allclose(dx, [-6, 0, 6], rtol=1e-15)
    np.testing.assert_allclose(dy, 9 * np.log(3.0), rtol=1e-15)


@both_machines
def test_power_zero_has_no_slope_even_at_zero(backend: str) -> None:
    z, (dx, dy) = run(backend, "pow", [0.0, 2.0], [0.0, 0.0])
    same(z, [1, 1])
    same(dx, [0, 0])
    same(dy, [0, np.log(2.0)])


@both_machines
def test_saturated_units_neither_overflow_nor_turn_to_nan(backend: str) -> None:
    z, (dx,) = run(backend, "sigmoid", [-1000.0, 1000.0])
    same(z, [0, 1])
    same(dx, [0, 0])
    z, (dx,) = run(backend, "tanh", [-1000.0, 1000.0])
    same(z, [-1, 1])
    same(dx, [0, 0])


@both_machines
def test_the_sum_of_nothing_is_zero_and_its_mean_is_nan(backend: str) -> None:
    same(run(backend, "sum", np.zeros((0, 2)), axis=0)[0], [0, 0])
    same(run(backend, "mean", np.zeros((0, 2)), axis=0)[0], [NAN, NAN])
    for name in ("mse", "bce"):
        same(run(backend, name, np.zeros((0,)), np.zeros((0,)))[0], NAN)
    same(run(backend, "cross_entropy", np.zeros((0, 3)), np.zeros((0,)))[0], NAN)


@both_machines
def test_large_logits_have_a_finite_loss(backend: str) -> None:
    z, (dx, _) = run(backend, "bce", [1000.0, -1000.0, 1000.0, -1000.0], [0, 1, 1, 0], reduction="sum")
    same(z, 2000)
    same(dx, [1, -1, 0, 0])
    z, (dx, _) = run(backend, "cross_entropy", [[1000.0, 0.0], [-1000.0, 0.0]], [1, 1], reduction="sum")
    same(z, 1000)
    same(dx, [[1, -1], [0, 0]])


@both_machines
@pytest.mark.parametrize("wrong", [3.0, -1.0, 1.5, 1e18, -1e300, NAN, INF])
def test_a_class_number_that_is_no_class_is_nan_for_its_sample_only(backend: str, wrong: float) -> None:
    z, (dx, dt) = run(backend, "cross_entropy", [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], [wrong, 0.0])
    assert np.isnan(z)
    assert np.isnan(dx[0]).all()
    assert np.isfinite(dx[1]).all()
    same(dt, [0, 0])


@both_machines
def test_an_impossible_class_with_no_weight_costs_nothing(backend: str) -> None:
    z, (dx, _) = run(backend, "cross_entropy", [[0.0, -INF]], [[1.0, 0.0]])
    same(z, 0)
    same(dx, [[0, 0]])


@both_machines
def test_the_gradient_of_softmax_and_cross_entropy_is_probability_minus_target(backend: str) -> None:
    logits = np.array([[0.2, -1.0, 0.7], [2.0, 0.0, 0.1]])
    _, (dx, _) = run(backend, "cross_entropy", logits, [2, 0])
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(dx, (p - np.array([[0, 0, 1], [1, 0, 0]])) / 2, rtol=1e-13)


@both_machines
@pytest.mark.parametrize(("name", "terms"), [("mse", 6), ("bce", 6), ("cross_entropy", 2)])
def test_the_reduction_divides_value_and_gradient_by_the_number_of_terms(backend: str, name: str, terms: int) -> None:
    x, t = np.arange(6.0).reshape(2, 3) / 6, np.eye(3)[:2]
    mean, (dx, *_) = run(backend, name, x, t)
    total, (dx_total, *_) = run(backend, name, x, t, reduction="sum")
    np.testing.assert_allclose(mean * terms, total, rtol=1e-14)
    np.testing.assert_allclose(dx * terms, dx_total, rtol=1e-14)


@both_machines
def test_one_node_as_both_operands_gets_the_sum_of_both_parts(backend: str) -> None:
    from gradlab.graph.graph import Graph
    from gradlab.graph.machines import make_machine
    from gradlab.graph.tape import Tape

    for name, x, wanted in (
        ("matmul", [[1.0, 2.0], [3.0, 4.0]], [[7, 11], [9, 13]]),
        ("mul", [3.0, 4.0], [6, 8]),
        ("mse", [1.0, 2.0], [0, 0]),
    ):
        graph = Graph()
        node = graph.add(OPS["param"], (), name="x", shape=np.shape(x))
        out = graph.add(OPS[name], (node, node), dict(OPS[name].attrs), name="z")
        machine = make_machine(Tape(graph, "float64"), backend)
        machine.write(0, x)
        machine.forward(0, 1)
        machine.seed(out.index)
        machine.backward(out.index, 0, 1)
        same(machine.grad(0), wanted)


def test_a_key_reads_as_it_was_written() -> None:
    attrs = {"key": (..., -1, slice(None, None, 2))}
    assert OPS["index"].shape(((2, 3, 4),), attrs) == (2, 2)
    assert str(attrs["key"]) == ":, 2, ::2"
    assert OPS["index"].symbols.format(x="h", **attrs) == "h[:, 2, ::2]"


def test_a_leaf_without_a_shape_is_refused() -> None:
    with pytest.raises(ShapeError) as error:
        OPS["param"].shape((), {})
    assert str(error.value) == "a leaf has no operands to take its shape from: give it a value or a shape"
    assert OPS["clock"].shape((), {}) == ()


@both_machines
def test_what_has_no_slope_sends_zeros_and_not_nothing(backend: str) -> None:
    for name, wanted in (("sign", [-1, 0, 1]), ("step", [0, 0, 1])):
        z, (dx,) = run(backend, name, [-2.0, 0.0, 3.0])
        same(z, wanted)
        same(dx, [0, 0, 0])
        assert np.isnan(run(backend, name, [NAN])[0]).all()
    assert OPS["sign"].flows(0)
    assert not OPS["stop_gradient"].flows(0)


@both_machines
def test_the_bounds_of_clip_still_pass_the_gradient(backend: str) -> None:
    z, (dx,) = run(backend, "clip", [-0.1, 0.0, 0.5, 1.0, 1.1, NAN], low=0.0, high=1.0)
    same(z, [0, 0, 0.5, 1, 1, NAN])
    same(dx, [0, 1, 1, 1, 0, NAN])


@both_machines
def test_equal_numbers_have_no_spread_and_send_nothing(backend: str) -> None:
    z, (dx,) = run(backend, "var", [2.0, 2.0])
    same(z, 0)
    same(dx, [0, 0])
    z, (dx,) = run(backend, "std", [2.0, 2.0])
    same(z, 0)
    same(dx, [0, 0])
    same(run(backend, "var", np.zeros((0, 2)), axis=0)[0], [NAN, NAN])


@both_machines
def test_logsumexp_of_nothing_of_infinities_and_of_large_numbers(backend: str) -> None:
    same(run(backend, "logsumexp", np.zeros((2, 0)))[0], [-INF, -INF])
    same(run(backend, "logsumexp", [[-INF, -INF], [INF, 0.0], [1000.0, 0.0]])[0], [-INF, INF, 1000.0])


@both_machines
def test_a_mask_keeps_what_it_hides_out_of_value_and_gradient(backend: str) -> None:
    z, (dm, dx, dy) = run(backend, "where", [1.0, 0.0, NAN], [2.0, NAN, 3.0], [INF, 5.0, 7.0])
    same(z, [2, 5, 3])
    same(dm, [0, 0, 0])
    same(dx, [1, 0, 1])
    same(dy, [0, 1, 0])


@both_machines
def test_an_angle_jumps_where_y_changes_its_sign_left_of_the_origin_and_its_slopes_do_not(backend: str) -> None:
    y, x = np.array([1e-300, -1e-300, 0.0, -0.0]), np.full(4, -2.0)
    z, (dy, dx) = run(backend, "atan2", y, x)
    np.testing.assert_array_equal(z, [np.pi, -np.pi, np.pi, -np.pi])
    same(dy, [-0.5] * 4)
    np.testing.assert_allclose(dx, 0, atol=1e-299)
    branch = OPS["atan2"].branch
    assert branch is not None
    assert branch((y, x), z, {}).tolist() == [False, True, False, True]
    assert np.isnan(run(backend, "atan2", [0.0], [0.0])[1]).all()


@both_machines
def test_the_slopes_of_an_angle_neither_overflow_nor_vanish_where_squares_do(backend: str) -> None:
    _, (dy, dx) = run(backend, "atan2", [3e200, 3e-200], [4e200, 4e-200])
    np.testing.assert_allclose(dy, [0.16e-200, 0.16e200], rtol=1e-14)
    np.testing.assert_allclose(dx, [-0.12e-200, -0.12e200], rtol=1e-14)


@both_machines
def test_what_is_left_has_the_sign_of_the_divisor(backend: str) -> None:
    z, (dx, dy) = run(backend, "mod", [5.0, -5.0, 5.0, -5.0, 6.0, 5.0, NAN], [3.0, 3.0, -3.0, -3.0, 3.0, 0.0, 3.0])
    same(z, [2, 1, -1, -2, 0, NAN, NAN])
    same(dx, [1, 1, 1, 1, 1, NAN, NAN])
    same(dy, [-1, 2, 2, -1, -2, NAN, NAN])


@both_machines
def test_the_ends_of_the_bend_of_hardswish_have_the_slopes_that_its_page_says(backend: str) -> None:
    z, (dx,) = run(backend, "hardswish", [-3.0, 3.0])
    same(z, [0, 3])
    same(dx, [0, 1])


@both_machines
def test_poles_of_inverse_functions_keep_their_slopes(backend: str) -> None:
    same(run(backend, "asin", [-1.0, 1.0])[1][0], [INF, INF])
    same(run(backend, "acos", [-1.0, 1.0])[1][0], [-INF, -INF])
    same(run(backend, "asin", [1.5])[0], [NAN])
    same(run(backend, "log1p", [-1.0])[1][0], [INF])
    same(run(backend, "log1p", [-1.0, -2.0])[0], [-INF, NAN])


@both_machines
def test_a_mask_of_nan_is_no_nan(backend: str) -> None:
    z, (dx,) = run(backend, "isnan", [NAN, 1.0, INF])
    same(z, [1, 0, 0])
    same(dx, [0, 0, 0])


@both_machines
def test_a_bound_that_is_not_there_holds_nothing(backend: str) -> None:
    z, (dx,) = run(backend, "clip", [-9.0, 0.0, 2.0, -INF, INF, NAN], low=None, high=1.0)
    same(z, [-9, 0, 1, -INF, 1, NAN])
    same(dx, [1, 1, 0, 1, 0, NAN])


@both_machines
@pytest.mark.parametrize("shapes", [((2, 3), (0, 3, 2)), ((2, 1, 3, 2), (0, 2, 4)), ((0, 3, 2), (2, 3)), ((2, 3), (3, 0))])
def test_a_product_of_nothing_sends_zeros_whatever_was_there(backend: str, shapes: tuple[tuple[int, ...], ...]) -> None:
    bench = Bench(OPS["matmul"], [np.ones(shape) for shape in shapes], {}, backend)
    z = bench.forward()
    for node in bench.nodes:
        bench.machine.write(node.index, NAN, "grad")
    for sent in bench.backward(np.ones_like(z)):
        same(sent, np.zeros(sent.shape))


@both_machines
def test_the_unbiased_variance_of_one_number_is_nan(backend: str) -> None:
    z, (dx,) = run(backend, "var", [[3.0], [4.0]], axis=1, ddof=1)
    same(z, [NAN, NAN])
    same(dx, [[NAN], [NAN]])
